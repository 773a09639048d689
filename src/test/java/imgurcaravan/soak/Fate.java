package imgurcaravan.soak;

/** How the server treats requests for an image when it is not hostile. */
enum Fate {
    /** It is available. */
    HERE(ImageResponse.WHOLE),
    /** Redirected to the placeholder for removed images. */
    REMOVED(ImageResponse.REMOVED),
    /** Not found. */
    GONE(ImageResponse.NOT_FOUND),
    /** Cut off, each time. */
    BROKEN(ImageResponse.TRUNCATED);

    private final ImageResponse response;

    Fate(ImageResponse response) {
        this.response = response;
    }

    ImageResponse response() {
        return response;
    }

    /** Two images of a hundred are removed, one way or the other, and one is broken for good. */
    static Fate of(int percentile) {
        return switch (percentile) {
            case 0 -> REMOVED;
            case 1 -> GONE;
            case 2 -> BROKEN;
            default -> HERE;
        };
    }
}
