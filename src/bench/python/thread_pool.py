"""Reads the gallery, then fetches its images with a pool of threads, each with one connection. Checks nothing.

usage: thread_pool.py BASE_URL FOLDER THREADS
"""

import http.client
import json
import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

TRUST_ANY = ssl._create_unverified_context()
own = threading.local()


def get(url):
    parts = urlsplit(url)
    if not hasattr(own, "connection"):
        own.connection = http.client.HTTPSConnection(parts.netloc, context=TRUST_ANY)
    own.connection.request("GET", parts.path)
    return own.connection.getresponse().read()


def links(base):
    return [post["link"] for post in json.loads(get(base + "/3/gallery/hot/viral/0"))["data"]]


def download(url, folder):
    (folder / url.rsplit("/", 1)[1]).write_bytes(get(url))


if __name__ == "__main__":
    base, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(download, url, folder) for url in links(base)]:
            done.result()
