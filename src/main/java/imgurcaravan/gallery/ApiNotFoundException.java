package imgurcaravan.gallery;

/** The API says that there is no such page or album. */
public final class ApiNotFoundException extends Exception {

    private static final long serialVersionUID = 1L;

    public ApiNotFoundException(String reason) {
        super(reason);
    }
}
