package imgurcaravan.gallery;

/** An answer of the API that will be no other however often it is asked: bad credentials, or nothing there. */
public final class ApiRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean gone;

    /** @param gone whether the API says that there is no such thing */
    public ApiRefusedException(String reason, boolean gone) {
        super(reason);
        this.gone = gone;
    }

    public boolean isGone() {
        return gone;
    }
}
