package imgurcaravan.gallery;

/** A response of the API that stays the same however often the request is made: bad credentials, above all. */
public final class ApiRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public ApiRefusedException(String reason) {
        super(reason);
    }
}
