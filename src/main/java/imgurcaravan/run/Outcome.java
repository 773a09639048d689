package imgurcaravan.run;

/** How an image's way ended. */
public enum Outcome {
    /** Its file is in place, and was not before. */
    DOWNLOADED,
    /** Its file was in place already. */
    KNOWN,
    /** It could not be had. */
    FAILED,
    /** The process is stopping; the image was not begun, or not finished. */
    LEFT
}
