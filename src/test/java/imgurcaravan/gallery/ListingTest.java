package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListingTest {

    @ParameterizedTest
    @CsvSource({
        "/3/gallery/hot/viral/0, /3/gallery/hot/viral/1?album_previews=true",
        "/3/gallery/hot/viral/9, /3/gallery/hot/viral/10?album_previews=true",
        "/3/gallery/hot/viral/099, /3/gallery/hot/viral/100?album_previews=true",
        "/3/gallery/hot/viral/999999, /3/gallery/hot/viral/1000000?album_previews=true",
        "/3/gallery/user/rising/week/3?showViral=false, /3/gallery/user/rising/week/4?showViral=false&album_previews=true",
        "/3/gallery/search/time/all/0?q=a/5&q_type=png, /3/gallery/search/time/all/1?q=a/5&q_type=png&album_previews=true",
        "/3/gallery/r/earth2016/top/0?, /3/gallery/r/earth2016/top/1?&album_previews=true"
    })
    void countsThePagesUp(String first, String second) {
        // given
        Listing listing = new Listing(first, 2);
        listing.next();
        listing.read(posts("a"));

        // when
        String next = listing.next();

        // then
        assertThat(next).isEqualTo(second);
    }

    @Test
    void requestsEveryPageInTurn() {
        Listing listing = new Listing("/3/gallery/hot/viral/8", 4);

        for (int page = 8; page < 12; page++) {
            assertThat(listing.isMore()).isTrue();
            assertThat(listing.next()).isEqualTo("/3/gallery/hot/viral/" + page + "?album_previews=true");
            listing.read(posts("post" + page));
        }
        assertThat(listing.isMore()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/3/gallery/hot/", "/3/gallery/hot", "/3/gallery/r/cats"})
    void requestsASinglePageUnderAnyPath(String path) {
        Listing listing = new Listing(path, 1);

        assertThat(listing.next()).isEqualTo(path + "?album_previews=true");
        assertThat(listing.isMore()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/3/gallery/hot/viral/0?album_previews=false, /3/gallery/hot/viral/1?album_previews=false",
        "/3/gallery/hot/viral/0?album_previews=true, /3/gallery/hot/viral/1?album_previews=true",
        "/3/gallery/hot/viral/0?album_previews=1&mature=true, /3/gallery/hot/viral/1?album_previews=1&mature=true"
    })
    void keepsAnExplicitPreviewParameter(String path, String second) {
        Listing listing = new Listing(path, 2);

        assertThat(listing.next()).isEqualTo(path);
        listing.read(posts("a"));
        assertThat(listing.next()).isEqualTo(second);
    }

    @Test
    void endsAtAnEmptyPage() {
        // given
        Listing listing = new Listing("/3/gallery/hot/viral/0", 10);
        listing.next();
        listing.read(posts("a", "b"));
        listing.next();

        // when
        listing.read(List.of());

        // then
        assertThat(listing.isMore()).isFalse();
    }

    @Test
    void endsAtAFirstPageThatIsEmpty() {
        Listing listing = new Listing("/3/gallery/hot/viral/0", 10);
        listing.next();

        listing.read(List.of());

        assertThat(listing.isMore()).isFalse();
    }

    @Test
    void endsAtAPageThatRepeats() {
        // given
        Listing listing = new Listing("/3/gallery/hot/viral/0", 10);
        listing.next();
        listing.read(posts("a", "b"));
        listing.next();
        listing.read(posts("c", "d"));
        listing.next();

        // when
        listing.read(posts("b", "d", "a"));

        // then
        assertThat(listing.isMore()).isFalse();
    }

    @Test
    void goesOnWhileAPageHasAnythingNew() {
        // given: posts move from page to page while the listing is read
        Listing listing = new Listing("/3/gallery/hot/viral/0", 10);
        listing.next();
        listing.read(posts("a", "b"));
        listing.next();

        // when
        listing.read(posts("a", "b", "c"));

        // then
        assertThat(listing.isMore()).isTrue();
    }

    @Test
    void doesNotGoOnForPostsWithoutIds() {
        Listing listing = new Listing("/3/gallery/hot/viral/0", 10);
        listing.next();
        listing.read(posts(null, null));
        listing.next();

        listing.read(posts(null, null));

        assertThat(listing.isMore()).isFalse();
    }

    private static List<Post> posts(String... ids) {
        return Arrays.stream(ids)
                .map(id -> new Post(new PostDetails(id, null, 0, 0, List.of(), false), List.of(), 1, 0))
                .toList();
    }
}
