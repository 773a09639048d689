package imgurcaravan.run;

/** How a process ends; the numbers 69 and 78 are those of {@code sysexits.h}. */
public enum ExitCode {
    /** Every listed image is in place. */
    OK(0),
    /** Some listed images failed; each is named in the log. */
    SOME_FAILED(1),
    /** The gallery, or the file of dead letters, could not be read ({@code EX_UNAVAILABLE}). */
    UNAVAILABLE(69),
    /** The configuration cannot work ({@code EX_CONFIG}). */
    CONFIG(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
