package imgurcaravan.gallery;

/** A response of the API that a retry would not change: bad credentials, above all. */
public final class ApiRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ApiRefusedException(String reason) {
        super(reason);
    }
}
