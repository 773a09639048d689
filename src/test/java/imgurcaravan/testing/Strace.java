package imgurcaravan.testing;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Lets system calls of a program fail, as on a failing disk.
 *
 * <p>A test on a machine without {@code strace} is skipped and says so; where {@code CI} is set it fails.
 */
public final class Strace {

    private Strace() {}

    /**
     * The words before a command whose flushes to disk fail with an I/O error.
     *
     * @param more further options, such as {@code -P} with the absolute path of the only file that is concerned
     * @param when which flushes of each thread: {@code 1+} for all, {@code 2+3} for the second and every third from then
     */
    public static String[] failingFlushes(String when, String... more) {
        require();
        String[] words = {
            "strace",
            "--follow-forks",
            "--seccomp-bpf",
            "--output=/dev/null",
            "--trace=fsync,fdatasync",
            "--inject=fsync,fdatasync:error=EIO:when=" + when
        };
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private static void require() {
        String failure = failure();
        if (failure != null) {
            throw Requirement.missing("strace is of no use here: " + failure);
        }
    }

    private static String failure() {
        try {
            Process process = new ProcessBuilder("strace", "--seccomp-bpf", "--follow-forks", "true")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0 ? null : "it cannot trace";
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
