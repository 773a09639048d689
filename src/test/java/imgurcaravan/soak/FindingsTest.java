package imgurcaravan.soak;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of loss that the soak checks for is detected. */
class FindingsTest {

    @TempDir
    private Path folder;

    private final MovingGallery gallery = new MovingGallery(StandInServer.plain(), StandInServer.plain(), 1);
    private final List<Letter> letters = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        gallery.publish();
        for (ListedImage image : gallery.images()) {
            image.show();
            image.give(ImageResponse.WHOLE);
            Files.write(file(image), image.bytes());
        }
    }

    @AfterEach
    void close() {
        gallery.close();
    }

    private Path file(ListedImage image) {
        return folder.resolve(image.id() + ".jpg");
    }

    private ListedImage image(int number) {
        return List.copyOf(gallery.images()).get(number);
    }

    private Findings findings() throws IOException {
        return new Findings(gallery, folder, letters);
    }

    private void giveUp(ListedImage image, String reason, int attempts) throws IOException {
        letters.add(new Letter(image.id(), Instant.now(), reason, attempts));
        Files.deleteIfExists(file(image));
    }

    @Test
    void allWhole() throws IOException {
        Findings findings = findings();

        assertThat(findings.whole()).hasSize(gallery.images().size()).hasSizeGreaterThanOrEqualTo(40);
        assertThat(findings.lost()).isEmpty();
        assertThat(findings.damaged()).isEmpty();
        assertThat(findings.fetchedTwice()).isEmpty();
        assertThat(findings.strays()).isEmpty();
        assertThat(findings.leftovers()).isEmpty();
    }

    @Test
    void lostDamagedAndStrayFiles() throws IOException {
        Files.delete(file(image(0)));
        Files.write(file(image(1)), Arrays.copyOf(image(1).bytes(), 100));
        Files.createFile(folder.resolve("removed.png"));
        Files.createDirectory(folder.resolve(".caravan"));
        Files.createFile(folder.resolve(".caravan/0-1.part"));

        Findings findings = findings();

        assertThat(findings.lost()).singleElement().asString().contains(image(0).id());
        assertThat(findings.damaged()).singleElement().asString().contains(image(1).id());
        assertThat(findings.strays()).singleElement().asString().endsWith("removed.png");
        assertThat(findings.leftovers()).singleElement().asString().endsWith("0-1.part");
    }

    @Test
    void aReasonHasToMatchTheLastResponse() throws IOException {
        image(2).give(ImageResponse.TOO_MANY_REQUESTS);
        giveUp(image(2), "the server responded 429", 5);
        image(3).give(ImageResponse.HTML);
        giveUp(image(3), "the server responded 429", 5);

        assertThat(findings().untrue()).singleElement().asString().contains(image(3).id());
    }

    @Test
    void anImageThatWasSentWholeIsNeitherDiscardedNorFetchedAgain() throws IOException {
        image(4).give(ImageResponse.WHOLE);
        giveUp(image(5), "the server responded 429", 5);

        assertThat(findings().fetchedTwice()).singleElement().asString().contains(image(4).id());
        assertThat(findings().thrownAway()).singleElement().asString().contains(image(5).id());
    }

    @Test
    void aTemporaryFailureIsNotGivenUpEarly() throws IOException {
        giveUp(image(6), "the server responded 502", 2);
        giveUp(image(7), "removed from Imgur (redirected to /removed.png)", 1);

        assertThat(findings().hasty(5)).singleElement().asString().contains(image(6).id());
    }
}
