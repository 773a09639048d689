package imgurcaravan.state;

import imgurcaravan.state.FailedImageTable.FailedRow;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/** Reads the failed images of the state file, a few at a time. */
final class FailedImagePages implements Iterator<FailedImage> {

    private final StateFile state;
    private final String text;
    private final long newest;
    private Iterator<FailedRow> page = List.<FailedRow>of().iterator();
    private FailedRow last;
    private FailedImage next;
    private boolean ended;

    /**
     * @param text in lower case, what the reason contains
     * @param newest images that failed for the first time after this are not included
     */
    FailedImagePages(StateFile state, String text, long newest) {
        this.state = state;
        this.text = text;
        this.newest = newest;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            if (!page.hasNext()) {
                FailedRow seen = last;
                page = state.read(sql -> FailedImageTable.page(sql, seen, newest))
                        .iterator();
                ended = !page.hasNext();
            } else {
                last = page.next();
                boolean wanted = last.image().reason().toLowerCase(Locale.ROOT).contains(text);
                next = wanted ? last.image() : null;
            }
        }
        return next != null;
    }

    @Override
    public FailedImage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        FailedImage image = next;
        next = null;
        return image;
    }
}
