package imgurcaravan.soak;

/** What becomes of a request for an image when the server is not hostile to it. */
enum Fate {
    /** It can be had. */
    HERE(Answer.WHOLE),
    /** Sent on to the picture that stands for removed images. */
    REMOVED(Answer.REMOVED),
    /** Not found. */
    GONE(Answer.NOT_FOUND),
    /** Cut off, each time. */
    BROKEN(Answer.TRUNCATED);

    private final Answer answer;

    Fate(Answer answer) {
        this.answer = answer;
    }

    Answer answer() {
        return answer;
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
