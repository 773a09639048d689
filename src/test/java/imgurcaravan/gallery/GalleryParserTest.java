package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.http.AllowedHosts;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsTest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryParserTest {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String CAMEL = "\ud83d\udc2a";

    private final List<String> ignored = new ArrayList<>();

    @Test
    void readsABareImage() {
        // when
        List<Post> posts = posts("""
                [{"id": "abcde", "title": "A camel", "type": "image/jpeg", "link": "https://i.imgur.com/abcde.jpg",
                  "size": 12345, "animated": false, "is_album": false}]
                """);

        // then
        Image image = new Image(
                "abcde",
                "https://i.imgur.com/abcde.jpg",
                "image/jpeg",
                12345,
                false,
                "abcde",
                "A camel",
                "poll",
                "A camel",
                null,
                1,
                0);
        assertThat(posts).containsExactly(new Post(posts.get(0).details(), List.of(image), 1, 0));
        assertThat(posts.get(0).isIncomplete()).isFalse();
        assertThat(ignored).isEmpty();
    }

    @Test
    void readsARecordedPage() throws IOException {
        // when
        List<Post> posts = parser().posts(resource("page.json"));

        // then
        assertThat(posts).extracting(Post::id).containsExactly("Kx3Ab9Q", "p0St1mg", "aLbUm50", "oldGf", "eMpTy00");
        assertThat(posts).extracting(Post::missing).containsExactly(0, 0, 47, 0, 0);
        assertThat(images(posts))
                .extracting(Image::url)
                .containsExactly(
                        "https://i.imgur.com/one1one.jpg",
                        "https://i.imgur.com/p0St1mg.png",
                        "https://i.imgur.com/big1111.mp4",
                        "https://i.imgur.com/big2222.png",
                        "https://i.imgur.com/big3333.webp",
                        "https://i.imgur.com/oldGf.gif");
        assertThat(images(posts)).extracting(Image::postId).contains("Kx3Ab9Q", "aLbUm50");
        assertThat(images(posts))
                .extracting(Image::postTitle)
                .contains("One image, and still an album")
                .containsNull();
        assertThat(ignored).isEmpty();
    }

    @Test
    void readsTheListingOfATag() throws IOException {
        List<Post> posts = parser().posts(resource("tag.json"));

        assertThat(posts).extracting(Post::id).containsExactly("tAg0001", "tAg0002");
        assertThat(images(posts)).extracting(Image::id).containsExactly("tAgImg1", "tAg0002");
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"items\":null}", "{\"items\":[]}", "{\"items\":\"none\"}", "{\"items\":7}", "[]"})
    void readsAListingOfNothing(String data) {
        assertThat(posts(data)).isEmpty();
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 2, 0", "9, 3, 6", "50, 3, 47", "3, 0, 3", "0, 0, 0", "1, 3, 0"})
    void countsWhatAnAlbumHidesFromTheListing(int count, int shown, int missing) {
        ObjectNode album = album(shown);
        album.put("images_count", count);

        Post post = onlyPost(album);

        assertThat(post.images()).hasSize(shown);
        assertThat(post.missing()).isEqualTo(missing);
        assertThat(post.isIncomplete()).isEqualTo(missing > 0);
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'null'     | true",
                "'\"many\"' | true",
                "'-1'       | true",
                "'{}'       | true",
                "'[3]'      | true",
                "'\"9\"'    | true",
                "'3'        | false",
                "'\"3\"'    | false",
                "'0'        | false",
                "'9.7'      | true",
                "'1e300'    | true"
            })
    void requestsTheRestOfAnAlbumThatDoesNotSayHowMuchItHas(String count, boolean incomplete) {
        ObjectNode album = album(3);
        album.set("images_count", json(count));

        Post post = onlyPost(album);

        assertThat(post.images()).hasSize(3);
        assertThat(post.isIncomplete()).isEqualTo(incomplete);
    }

    @Test
    void requestsTheRestOfAnAlbumWithoutACount() {
        ObjectNode album = album(3);
        album.remove("images_count");

        assertThat(onlyPost(album).missing()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "null", "[]", "{}", "\"none\"", "17", "true"})
    void requestsAllOfAnAlbumThatShowsNothing(String images) {
        // given
        ObjectNode album = album(0);
        album.put("images_count", 5);
        if (images.equals("absent")) {
            album.remove("images");
        } else {
            album.set("images", json(images));
        }

        // when
        Post post = onlyPost(album);

        // then
        assertThat(post.images()).isEmpty();
        assertThat(post.missing()).isEqualTo(5);
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"all, 3, 6", "preview, 3, 0", "none, 0, 0"})
    void readsTheConfiguredPartOfAnAlbum(String setting, int images, int missing) {
        ObjectNode album = album(3);
        album.put("images_count", 9);

        List<Post> posts = parser("imgur.gallery.albums", setting)
                .posts(JSON.createArrayNode().add(album));

        assertThat(posts).hasSize(1);
        assertThat(posts.get(0).images()).hasSize(images);
        assertThat(posts.get(0).missing()).isEqualTo(missing);
    }

    @Test
    void takesBareImagesWithoutAlbumsToo() {
        ArrayNode page = JSON.createArrayNode().add(image("abcde")).add(album(1));

        List<Post> posts = parser("imgur.gallery.albums", "none").posts(page);

        assertThat(images(posts)).extracting(Image::id).containsExactly("abcde");
    }

    @Test
    void knowsAnAlbumThatDoesNotSaySo() {
        // given
        ObjectNode byImages = album(1);
        byImages.remove("is_album");
        ObjectNode byCount = album(0);
        byCount.remove("is_album");
        byCount.remove("images");
        byCount.put("images_count", 4);

        // when
        List<Post> posts = posts(JSON.createArrayNode().add(byImages).add(byCount));

        // then
        assertThat(posts).extracting(Post::missing).containsExactly(0, 4);
        assertThat(ignored).isEmpty();
    }

    @Test
    void neverMistakesThePageOfAnAlbumForAnImage() {
        List<Post> posts = posts(JSON.createArrayNode().add(album(2)));

        assertThat(images(posts)).extracting(Image::url).noneMatch(url -> url.contains("/a/"));
    }

    @Test
    void readsTheRestOfAnAlbum() {
        JsonNode data = JSON.createArrayNode()
                .add(image("first"))
                .add(image("second1"))
                .add(image("../up"))
                .addNull();

        List<Image> images = parser().images(data, album("aLbUm01", "Album"));

        assertThat(images).extracting(Image::id).containsExactly("first", "second1");
        assertThat(images).extracting(Image::postId).containsOnly("aLbUm01");
        assertThat(images).extracting(Image::postTitle).containsOnly("Album");
        assertThat(images).extracting(Image::pollId).containsOnly("poll");
        assertThat(ignored).hasSize(2);
    }

    @Test
    void readsTheMetadataOfAnImage() {
        // given
        ObjectNode told = image("told001");
        told.put("title", "A title").put("description", "Two\nlines").put("datetime", 1_760_000_000L);
        ObjectNode untold = image("untold1");
        untold.putNull("title").putNull("description").putNull("datetime");
        ObjectNode strange = image("strange");
        strange.put("title", 17).put("description", " ").put("datetime", "1760000001");

        // when
        List<Image> images = parser().images(
                        JSON.createArrayNode().add(told).addNull().add(untold).add(strange), album("aLbUm01", "Album"));

        // then
        assertThat(images).extracting(Image::title).containsExactly("A title", null, null);
        assertThat(images).extracting(Image::description).containsExactly("Two\nlines", null, null);
        assertThat(images).extracting(Image::datetime).containsExactly(1_760_000_000L, 0L, 1_760_000_001L);
        // The position in the album, whether its neighbours are usable or not.
        assertThat(images).extracting(Image::position).containsExactly(1, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "17", "\"abcde\"", "true", "[]", "[{\"id\":\"abcde\"}]", "1.5e300"})
    void ignoresAPostThatIsNotAnObject(String item) {
        assertIgnoredAmongNeighbours(json(item));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "12345",
                "true",
                "{}",
                "[\"abcde\"]",
                "\"\"",
                "\"   \"",
                "\"ab\"",
                "\"abcdefghijklmnopq\"",
                "\"../../x\"",
                "\"a/b/c\"",
                "\"a\\\\b\\\\c\"",
                "\"abcde.jpg\"",
                "\"abc\\u0000e\"",
                "\"abcde\\n\"",
                "\"{{imgur.client-id}}\"",
                "\"${body}\"",
                "\"caf\u00e9s\"",
                "\"%2e%2e\""
            })
    void ignoresAnImageWithAnInvalidId(String id) {
        ObjectNode image = image("wrong");
        image.set("id", json(id));

        assertIgnoredAmongNeighbours(image);
    }

    @Test
    void ignoresAnImageWithoutAnId() {
        ObjectNode image = image("wrong");
        image.remove("id");

        assertIgnoredAmongNeighbours(image);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "17",
                "{}",
                "[\"https://i.imgur.com/wrong.jpg\"]",
                "\"\"",
                "\" \"",
                "\"https://evil.test/wrong.jpg\"",
                "\"https://i.imgur.com.evil.test/wrong.jpg\"",
                "\"https://i.imgur.com@evil.test/wrong.jpg\"",
                "\"http://127.0.0.1/wrong.jpg\"",
                "\"http://169.254.169.254/latest/meta-data/\"",
                "\"//i.imgur.com/wrong.jpg\"",
                "\"i.imgur.com/wrong.jpg\"",
                "\"/wrong.jpg\"",
                "\"javascript:alert(1)\"",
                "\"file:///etc/passwd\"",
                "\"ftp://i.imgur.com/wrong.jpg\"",
                "\"https://i.imgur.com/{{imgur.client-id}}\"",
                "\"https://i.imgur.com/wrong .jpg\"",
                "\" https://i.imgur.com/wrong.jpg\"",
                "\"https://i.imgur.com/wrong.jpg\\r\\nHost: evil.test\"",
                "\"https://i.imgur.com/%zz.jpg\""
            })
    void ignoresAnImageWhoseLinkIsNotAllowed(String link) {
        ObjectNode image = image("wrong");
        image.set("link", json(link));

        assertIgnoredAmongNeighbours(image);
    }

    @Test
    void ignoresAnImageWithAnEndlessLink() {
        ObjectNode image = image("wrong");
        image.put("link", "https://i.imgur.com/" + "x".repeat(100_000));

        assertIgnoredAmongNeighbours(image);
    }

    @Test
    void ignoresAnImageWithoutALink() {
        ObjectNode image = image("wrong");
        image.remove("link");

        assertIgnoredAmongNeighbours(image);
    }

    @Test
    void namesWhatItIgnores() {
        posts("[{\"id\":\"abcde\",\"type\":\"image/png\"},{\"id\":\"a b\\u001b\\nINFO all is well\"},{\"id\":[1]},17]");

        assertThat(ignored)
                .containsExactly(
                        "an image (id abcde): it has no link",
                        "an image (id a b?): it has no usable id",
                        "an image: it has no usable id",
                        "a post: it is not an object");
    }

    @Test
    void contactsImgurOverHttps() {
        ObjectNode image = image("abcde");
        image.put("link", "http://i.imgur.com/abcde.jpg");

        assertThat(onlyImage(image).url()).isEqualTo("https://i.imgur.com/abcde.jpg");
    }

    @ParameterizedTest
    @CsvSource({
        "jpg, image/jpeg",
        "jpeg, image/jpeg",
        "JPG, image/jpeg",
        "png, image/png",
        "gif, image/gif",
        "mp4, video/mp4",
        "webp, image/webp",
        "jpg?1, image/jpeg",
        "png?x=/y.gif, image/png"
    })
    void takesTheTypeFromTheExtensionWhereThereIsNone(String extension, String type) {
        ObjectNode image = image("abcde");
        image.remove("type");
        image.put("link", "https://i.imgur.com/abcde." + extension);

        assertThat(onlyImage(image).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "17", "{}", "[]", "\"\"", "\" \""})
    void takesTheTypeFromTheExtensionWhereItIsNoText(String type) {
        ObjectNode image = image("abcde");
        image.set("type", json(type));

        assertThat(onlyImage(image).type()).isEqualTo("image/jpeg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcde.bmp", "abcde.html", "abcde", "abcde.", "a/abcde", "", "abcde.jpg/"})
    void ignoresAnImageOfUnknownType(String path) {
        ObjectNode image = image("abcde");
        image.remove("type");
        image.put("link", "https://i.imgur.com/" + path);

        assertIgnoredAmongNeighbours(image);
    }

    @Test
    void takesTheListedTypeInAnyCase() {
        ObjectNode image = image("abcde");
        image.put("type", "Image/PNG");

        assertThat(onlyImage(image).type()).isEqualTo("image/png");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "12345, 12345",
        "5000000000, 5000000000",
        "-1, 0",
        "-9223372036854775808, 0",
        "9223372036854775807, 9223372036854775807",
        "'\"678\"', 678",
        "'\"big\"', 0",
        "12.9, 12",
        "'null', 0",
        "'{}', 0",
        "'[1]', 0"
    })
    void readsWhateverSizeIsListed(String listed, long size) {
        ObjectNode image = image("abcde");
        image.set("size", json(listed));

        assertThat(onlyImage(image).size()).isEqualTo(size);
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "9223372036854775808", "99999999999999999999999999999999"})
    void toleratesExcessiveSizes(String listed) {
        ObjectNode image = image("abcde");
        image.set("size", json(listed));

        assertThat(onlyImage(image).size()).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "title",
                "description",
                "animated",
                "mp4",
                "mp4_size",
                "bandwidth",
                "datetime",
                "edited",
                "nsfw",
                "section",
                "account_id",
                "account_url",
                "ad_config",
                "vote",
                "processing",
                "ups",
                "cover",
                "brand_new"
            })
    void losesNoImageBecauseOfAnOptionalField(String field) {
        for (String value : List.of(
                "null",
                "0",
                "-1",
                "1.5",
                "\"0\"",
                "\"\"",
                "\"text\"",
                "true",
                "false",
                "{}",
                "[]",
                "[null,{\"a\":[1]}]",
                "98765432109876",
                "1e300")) {
            ObjectNode image = image("abcde");
            image.set(field, json(value));

            assertThat(onlyImage(image).id()).as("%s: %s", field, value).isEqualTo("abcde");
        }
        assertThat(ignored).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "false", "0", "\"\"", "\"false\"", "\"no\"", "{}", "[]"})
    void treatsAPostThatIsNotMarkedAsAnAlbumAsAnImage(String album) {
        ObjectNode image = image("abcde");
        image.set("is_album", json(album));

        assertThat(onlyImage(image).id()).isEqualTo("abcde");
    }

    @Test
    void keepsTheTitleAsItIs() {
        // given
        String title = "First line\nsecond \"line\"\t" + CAMEL + " caf\u00e9 {{x}} ${y}";
        ObjectNode image = image("abcde");
        image.put("title", title);

        // then
        assertThat(onlyPost(image).details().title()).isEqualTo(title);
        assertThat(onlyImage(image).postTitle()).isEqualTo(title);
    }

    @Test
    void cutsATitleThatIsTooLong() {
        ObjectNode image = image("abcde");
        image.put("title", CAMEL.repeat(2_500));

        assertThat(onlyImage(image).postTitle()).isEqualTo(CAMEL.repeat(250));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "17", "{}", "\"\"", "\" \\n\""})
    void hasNoTitleWhereThereIsNoText(String title) {
        ObjectNode image = image("abcde");
        image.set("title", json(title));

        assertThat(onlyImage(image).postTitle()).isNull();
    }

    @Test
    void showsTheImagesOfAnAlbumWhoseIdIsUnusable() throws ImageRefusedException {
        for (String id : List.of("null", "17", "\"../x\"", "\"" + "x".repeat(30_000) + "\"")) {
            // given
            ignored.clear();
            ObjectNode album = album(3);
            album.put("images_count", 9);
            album.set("id", json(id));

            // when
            Post post = onlyPost(album);

            // then
            assertThat(post.images()).hasSize(3);
            assertThat(post.missing()).isZero();
            assertThat(ignored).hasSize(1);
            assertThat(ignored.get(0)).startsWith("the rest of an album").endsWith("the album has no usable id");
            for (Image image : post.images()) {
                assertThat(Image.fromJson(image.toJson())).isEqualTo(image);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "link, https://i.imgur.com/abcde.gif, image/gif, 100",
        "mp4, https://i.imgur.com/abcde.mp4, video/mp4, 20"
    })
    void fetchesTheConfiguredFormOfAnAnimation(String setting, String url, String type, long size) {
        Image image = onlyImage(gif(), "imgur.gallery.animated", setting);

        assertThat(image.url()).isEqualTo(url);
        assertThat(image.type()).isEqualTo(type);
        assertThat(image.size()).isEqualTo(size);
        assertThat(image.animated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "null", "\"\"", "17", "{}"})
    void fetchesTheGifWhereThereIsNoVideo(String video) {
        // given
        ObjectNode gif = gif();
        if (video.equals("absent")) {
            gif.remove("mp4");
        } else {
            gif.set("mp4", json(video));
        }

        // when
        Image image = onlyImage(gif, "imgur.gallery.animated", "mp4");

        // then
        assertThat(image.url()).isEqualTo("https://i.imgur.com/abcde.gif");
        assertThat(image.type()).isEqualTo("image/gif");
        assertThat(image.size()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "'\"20\"', 20", "'null', 0", "-5, 0"})
    void takesTheSizeOfTheVideo(String listed, long size) {
        ObjectNode gif = gif();
        gif.set("mp4_size", json(listed));

        assertThat(onlyImage(gif, "imgur.gallery.animated", "mp4").size()).isEqualTo(size);
    }

    @Test
    void fetchesAStillImageByItsLink() {
        ObjectNode image = image("abcde");
        image.put("mp4", "https://i.imgur.com/abcde.mp4");

        assertThat(onlyImage(image, "imgur.gallery.animated", "mp4").url()).isEqualTo("https://i.imgur.com/abcde.jpg");
    }

    @Test
    void fetchesNoVideoFromAnotherHost() {
        ObjectNode gif = gif();
        gif.put("mp4", "https://evil.test/abcde.mp4");

        List<Post> posts = parser("imgur.gallery.animated", "mp4")
                .posts(JSON.createArrayNode().add(gif));

        assertThat(images(posts)).extracting(Image::url).noneMatch(url -> url.contains("evil"));
    }

    @Test
    void fetchesTheOriginalOfABigGif() {
        ObjectNode gif = gif();
        gif.put("link", "http://i.imgur.com/abcdeh.gif");
        gif.put("size", 25_000_000);

        Image image = onlyImage(gif);

        assertThat(image.url()).isEqualTo("https://i.imgur.com/abcde.gif");
        assertThat(image.size()).isEqualTo(25_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "b", "t", "m", "l", "h", "g", "r"})
    void fetchesTheOriginalOfEveryThumbnail(String suffix) {
        for (String id : List.of("abcde", "aBcD123")) {
            ObjectNode image = image(id);
            image.put("link", "https://i.imgur.com/" + id + suffix + ".jpg");

            assertThat(onlyImage(image).url()).isEqualTo("https://i.imgur.com/" + id + ".jpg");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abcdh, abcdh.gif",
        "abcdefh, abcdefh.gif",
        "hhhhh, hhhhh.gif",
        "abcdh, abcdh.gif?h",
        "abcde, abcdex.gif",
        "abcde, abcdeH.gif",
        "abcde, abcdehh.gif",
        "abcde, other.gif",
        "abcde, otherh.gif"
    })
    void cutsOnlySuffixes(String id, String path) {
        ObjectNode image = image(id);
        image.put("link", "https://i.imgur.com/" + path);

        assertThat(onlyImage(image).url()).isEqualTo("https://i.imgur.com/" + path);
    }

    @Test
    void cutsTheSuffixOfAnIdThatEndsInOne() {
        ObjectNode image = image("abcdh");
        image.put("link", "https://i.imgur.com/abcdhh.gif");

        assertThat(onlyImage(image).url()).isEqualTo("https://i.imgur.com/abcdh.gif");
    }

    @Test
    void losesNoNeighbourOfABadImageInAnAlbum() {
        // given
        ObjectNode album = album(0);
        album.put("images_count", 5);
        album.putArray("images")
                .add(image("first"))
                .addNull()
                .add(image("../up"))
                .add(17)
                .add(image("last1"));

        // when
        Post post = onlyPost(album);

        // then
        assertThat(post.images()).extracting(Image::id).containsExactly("first", "last1");
        assertThat(post.missing()).isZero();
        assertThat(ignored).hasSize(3);
    }

    /**
     * A valid page in which one to four values are replaced by anything: nothing is thrown, and no invalid image
     * results.
     */
    @ParameterizedTest
    @ValueSource(strings = {"link", "mp4"})
    void survivesAnythingAnywhere(String animated) throws IOException {
        SplittableRandom random = new SplittableRandom(20_261_122);
        JsonNode good = resource("page.json");
        Settings settings = SettingsTest.settings("imgur.gallery.animated", animated);
        AllowedHosts hosts = hosts(settings);
        for (int round = 0; round < 3_000; round++) {
            // given
            JsonNode page = good.deepCopy();
            int mutations = 1 + random.nextInt(4);
            for (int i = 0; i < mutations; i++) {
                mutate(page, random);
            }
            ignored.clear();
            List<Post> posts = new ArrayList<>();

            // when
            assertThatCode(() -> posts.addAll(
                            new GalleryParser(settings.gallery(), hosts, "poll", ignored::add).posts(page)))
                    .as("round %d", round)
                    .doesNotThrowAnyException();

            // then
            for (Post post : posts) {
                assertThat(post.missing()).isNotNegative();
                assertThat(post.missing() == 0 || Image.isId(post.id())).isTrue();
                for (Image image : post.images()) {
                    assertThat(image.id()).as("round %d", round).matches("[A-Za-z0-9]{3,16}");
                    assertThat(image.url()).as("round %d", round).matches("https://([a-z]+\\.)?imgur\\.com/[!-z|~]*");
                    assertThatCode(() -> hosts.check(image.url())).doesNotThrowAnyException();
                }
            }
            assertThat(ignored)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThan(800).doesNotContainPattern("\\p{Cntrl}"));
        }
    }

    private static void mutate(JsonNode page, SplittableRandom random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(page, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        JsonNode value = randomValue(random);
        if (container instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(5) == 0) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (container instanceof ArrayNode array && !array.isEmpty()) {
            array.set(random.nextInt(array.size()), value);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode randomValue(SplittableRandom random) {
        List<String> values = List.of(
                "null",
                "true",
                "false",
                "0",
                "-1",
                "17",
                "1.5",
                "1e300",
                "98765432109876",
                "99999999999999999999999",
                "\"\"",
                "\" \"",
                "\"0\"",
                "\"abcde\"",
                "\"../x\"",
                "\"true\"",
                "\"image/gif\"",
                "\"text/html\"",
                "[]",
                "{}",
                "[null]",
                "[[[]]]",
                "[17,\"x\"]",
                "{\"id\":\"abcde\"}",
                "{\"items\":[]}",
                "\"https://evil.test/a.jpg\"",
                "\"http://i.imgur.com/abcdeh.gif\"",
                "\"https://i.imgur.com/{{x}}\"",
                "\"javascript:alert(1)\"",
                "\"https://imgur.com/a/abcde\"",
                "\"line\\nbreak\\u0000\\u001b\"",
                "\"\\ud83d\"",
                "\"" + CAMEL + "\"",
                "\"" + "x".repeat(30_000) + "\"");
        return json(values.get(random.nextInt(values.size())));
    }

    private void assertIgnoredAmongNeighbours(JsonNode item) {
        // given
        ArrayNode page = JSON.createArrayNode();
        page.add(image("first"));
        page.add(item);
        page.add(image("last1"));

        // when
        List<Post> posts = posts(page);

        // then
        assertThat(images(posts)).extracting(Image::id).containsExactly("first", "last1");
        assertThat(ignored).hasSize(1);
        assertThat(ignored.get(0)).hasSizeLessThan(800).doesNotContainPattern("\\p{Cntrl}");
    }

    private List<Post> posts(String data) {
        return posts(json(data));
    }

    private List<Post> posts(JsonNode data) {
        return parser().posts(data);
    }

    private Post onlyPost(ObjectNode item) {
        List<Post> posts = posts(JSON.createArrayNode().add(item));
        assertThat(posts).hasSize(1);
        return posts.get(0);
    }

    private Image onlyImage(ObjectNode item, String... keysAndValues) {
        List<Post> posts = parser(keysAndValues).posts(JSON.createArrayNode().add(item));
        assertThat(images(posts)).hasSize(1);
        return images(posts).get(0);
    }

    private GalleryParser parser(String... keysAndValues) {
        Settings settings = SettingsTest.settings(keysAndValues);
        return new GalleryParser(settings.gallery(), hosts(settings), "poll", ignored::add);
    }

    private static AllowedHosts hosts(Settings settings) {
        return new AllowedHosts(settings.hosts());
    }

    private static PostDetails album(String id, String title) {
        return new PostDetails(id, title, 0, 0, List.of(), false);
    }

    private static List<Image> images(List<Post> posts) {
        return posts.stream().flatMap(post -> post.images().stream()).toList();
    }

    private static ObjectNode image(String id) {
        ObjectNode image = JSON.createObjectNode();
        image.put("id", id).put("title", "Title").put("type", "image/jpeg").put("animated", false);
        image.put("link", "https://i.imgur.com/" + id + ".jpg")
                .put("size", 12345)
                .put("bandwidth", 9_876_543_210_987L);
        return image.put("edited", "0").put("datetime", 1_760_000_000L).put("in_gallery", true);
    }

    private static ObjectNode gif() {
        ObjectNode gif = image("abcde");
        gif.put("type", "image/gif")
                .put("animated", true)
                .put("link", "https://i.imgur.com/abcde.gif")
                .put("size", 100);
        return gif.put("mp4", "https://i.imgur.com/abcde.mp4").put("mp4_size", 20);
    }

    private static ObjectNode album(int shown) {
        ObjectNode album = JSON.createObjectNode();
        album.put("id", "aLbUm01").put("title", "Album").put("is_album", true).put("images_count", shown);
        album.put("link", "https://imgur.com/a/aLbUm01").putNull("cover");
        ArrayNode images = album.putArray("images");
        for (int i = 0; i < shown; i++) {
            images.add(image("shown" + i));
        }
        return album;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static JsonNode resource(String name) throws IOException {
        try (InputStream in = GalleryParserTest.class.getResourceAsStream(name)) {
            return JSON.readTree(in).path("data");
        }
    }
}
