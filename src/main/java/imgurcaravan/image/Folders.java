package imgurcaravan.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes folders to disk, so that the names of the files in them outlast a power failure.
 *
 * <p>A flush covers every name that existed when it began. So callers that arrive while one runs wait for the next,
 * which serves all of them. Thread-safe.
 */
final class Folders {

    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

    private final Path top;
    private final Map<Path, CompletableFuture<Void>> next = new HashMap<>();
    private final Set<Path> running = new HashSet<>();
    private volatile Support support = Support.UNKNOWN;

    private enum Support {
        UNKNOWN,
        YES,
        NO
    }

    /** @param top the folder that contains all files, directly or below it */
    Folders(Path top) {
        this.top = top;
    }

    /**
     * Returns once the name of this file, and those of its parent folders, are on disk; at once if the operating system
     * does not flush folders.
     *
     * @throws IOException if the flush fails
     */
    void flush(Path file) throws IOException {
        if (support == Support.UNKNOWN) {
            tryOut();
        }
        for (Path folder = file.getParent(); folder != null && folder.startsWith(top); folder = folder.getParent()) {
            if (support == Support.YES) {
                share(folder);
            }
        }
    }

    /** Flushes the parent folders too, once: this process may have created them. */
    private synchronized void tryOut() throws IOException {
        if (support != Support.UNKNOWN) {
            return;
        }
        try {
            force(top);
        } catch (IOException e) {
            if (!isUnsupported(e)) {
                throw e;
            }
            LOG.debug("Folders are not flushed here: {}", e.toString());
            support = Support.NO;
            return;
        }
        for (Path above = top.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
            try {
                force(above);
            } catch (IOException e) {
                LOG.debug("{} is not flushed: {}", above, e.toString());
            }
        }
        support = Support.YES;
    }

    /**
     * Some operating systems cannot open folders, and some file systems cannot flush them (EINVAL); anything else is a
     * failure.
     */
    private boolean isUnsupported(IOException e) {
        boolean unix = top.getFileSystem().supportedFileAttributeViews().contains("unix");
        return !unix || String.valueOf(e.getMessage()).contains("Invalid argument");
    }

    private void share(Path folder) throws IOException {
        CompletableFuture<Void> flush = new CompletableFuture<>();
        CompletableFuture<Void> others;
        synchronized (next) {
            others = next.putIfAbsent(folder, flush);
        }
        if (others == null) {
            lead(folder, flush);
        } else {
            await(others);
        }
    }

    private void lead(Path folder, CompletableFuture<Void> flush) throws IOException {
        boolean begun = false;
        try {
            begin(folder);
            begun = true;
            force(folder);
            flush.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            flush.completeExceptionally(e);
            throw e;
        } finally {
            end(folder, flush, begun);
        }
    }

    /** Waits for the current flush, and admits no more callers to the next one. */
    private void begin(Path folder) throws IOException {
        synchronized (next) {
            while (running.contains(folder)) {
                try {
                    next.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw (IOException) new InterruptedIOException("interrupted before a flush").initCause(e);
                }
            }
            running.add(folder);
            next.remove(folder);
        }
    }

    private void end(Path folder, CompletableFuture<Void> flush, boolean begun) {
        synchronized (next) {
            if (begun) {
                running.remove(folder);
            }
            next.remove(folder, flush);
            next.notifyAll();
        }
    }

    private static void await(CompletableFuture<Void> flush) throws IOException {
        try {
            flush.join();
        } catch (CompletionException e) {
            throw new IOException("a folder could not be flushed: " + e.getCause(), e);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
