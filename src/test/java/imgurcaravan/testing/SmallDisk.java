package imgurcaravan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of its own in memory, as small as a test wants it.
 *
 * <p>A test that may not mount one is skipped and says so; where {@code CI} is set it fails.
 */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one.
     *
     * @param folder exists
     * @param options such as {@code size=4m,nr_inodes=100} or {@code ro}
     */
    public static SmallDisk mount(Path folder, String options) {
        String failure = run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()));
        if (failure != null) {
            throw Requirement.missing("No file system can be mounted here: " + failure);
        }
        return new SmallDisk(folder);
    }

    /** Unmounts it; what still has a file open there keeps that file. */
    @Override
    public void close() {
        String failure = run(List.of("umount", "-l", folder.toString()));
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (InputStream output = process.getInputStream()) {
                String said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
                return process.waitFor() == 0 ? null : said;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
