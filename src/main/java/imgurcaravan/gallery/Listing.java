package imgurcaravan.gallery;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks the pages of one poll's listing: as many as configured, and only while there is anything new.
 *
 * <p>Past the end, Imgur's pages are empty or repeated.
 */
public final class Listing {

    private static final Pattern PAGE = Pattern.compile("([^?]*/)(\\d{1,6})(\\?.*)?");
    private static final String PREVIEWS = "album_previews=";

    private final String path;
    private final int pages;
    private final Set<String> seen = new HashSet<>();
    private int read;
    private boolean exhausted;

    Listing(String path, int pages) {
        this.path = path;
        this.pages = pages;
    }

    /** Whether there is another page to request. */
    public boolean isMore() {
        return !exhausted && read < pages;
    }

    /** Whether no page was read before the one requested last. */
    boolean isAtFirst() {
        return read == 1;
    }

    /** Path and query of the next page. */
    String next() {
        String page = read == 0 ? path : page(path, read);
        read++;
        // Whether previews are the default is not documented.
        return page.contains(PREVIEWS) ? page : page + (page.contains("?") ? "&" : "?") + PREVIEWS + "true";
    }

    private static String page(String first, int further) {
        Matcher matcher = PAGE.matcher(first);
        if (!matcher.matches()) {
            throw new IllegalStateException(first + " has no page number");
        }
        int number = Integer.parseInt(matcher.group(2)) + further;
        return matcher.group(1) + number + (matcher.group(3) == null ? "" : matcher.group(3));
    }

    /** Records a page that was read; after a page with nothing new there are no more. */
    void read(List<Post> posts) {
        boolean news = false;
        for (Post post : posts) {
            news |= seen.add(String.valueOf(post.id()));
        }
        exhausted = !news;
    }
}
