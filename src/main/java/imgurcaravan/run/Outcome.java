package imgurcaravan.run;

/** How the download of an image ended. */
public enum Outcome {
    /** Its file is newly in place. */
    DOWNLOADED,
    /** Its file was in place already, or it failed again. */
    KNOWN,
    /** It failed. */
    FAILED,
    /** The process is stopping; the download was not begun, or not finished. */
    LEFT
}
