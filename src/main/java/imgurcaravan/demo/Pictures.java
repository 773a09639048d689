package imgurcaravan.demo;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Paints each image once, when it is first asked for or ahead of that, and keeps the file in memory. */
final class Pictures {

    private final Map<String, FutureTask<byte[]>> byName = new LinkedHashMap<>();
    /** More painters than processors would only take more memory. */
    private final Semaphore easels = new Semaphore(Runtime.getRuntime().availableProcessors());

    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean stopped;

    Pictures(Collection<DemoImage> images) {
        for (DemoImage image : images) {
            byName.put(image.name(), new FutureTask<>(() -> paint(image)));
        }
    }

    private byte[] paint(DemoImage image) throws InterruptedException {
        easels.acquire();
        try {
            return image.paint();
        } finally {
            easels.release();
        }
    }

    /** Begins to paint in the order of the images, once, in one thread that does not keep the process alive. */
    void paintAhead() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        Thread painter = new Thread(this::paintAll, "imgur-demo-painter");
        painter.setDaemon(true);
        painter.start();
    }

    private void paintAll() {
        for (FutureTask<byte[]> picture : byName.values()) {
            if (stopped) {
                return;
            }
            picture.run();
        }
    }

    /** Ends the painting ahead, after the picture that is being painted. */
    void stop() {
        stopped = true;
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** The file of an image, painted here and now unless it is painted or in work. */
    byte[] get(String name) throws InterruptedException {
        FutureTask<byte[]> picture = byName.get(name);
        // Does nothing where another thread has begun.
        picture.run();
        try {
            return picture.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + " could not be painted", e);
        }
    }

    /** The size of a file that is painted, in bytes; 0 where it is not, which Imgur lists too. */
    int sizeSoFar(String name) throws InterruptedException {
        FutureTask<byte[]> picture = byName.get(name);
        return picture != null && picture.isDone() ? get(name).length : 0;
    }
}
