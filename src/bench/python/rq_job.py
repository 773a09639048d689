"""The RQ job of the benchmark, its worker, and the program that reads the gallery and waits for all jobs."""

import sys
import time
from pathlib import Path

from redis import Redis
from rq import Queue, Worker

import thread_pool

NAME = "images"


def download(url, folder):
    thread_pool.download(url, Path(folder))


def work(port):
    """A worker that forks for each job, like that of RQ's command, after importing the modules of its jobs."""
    redis = Redis(port=port)
    Worker([Queue(NAME, connection=redis)], connection=redis).work(logging_level="WARNING")


def poll(port, base, folder):
    queue = Queue(NAME, connection=Redis(port=port))
    urls = thread_pool.links(base)
    for url in urls:
        queue.enqueue(download, url, folder)
    while queue.finished_job_registry.count < len(urls):
        if queue.failed_job_registry.count:
            sys.exit("a job failed")
        time.sleep(0.005)
    print("Took", flush=True)
