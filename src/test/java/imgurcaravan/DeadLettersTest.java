package imgurcaravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import imgurcaravan.image.Image;
import imgurcaravan.run.ExitCode;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.PollSummary;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.StateFile;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.SmallDisk;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the unchanged routes treat images that fail, and dead letters that are requeued. */
class DeadLettersTest {

    private static final String ID = "abcde12";
    private static final String PATH = "/" + ID + ".jpg";

    @TempDir
    private Path folder;

    private Path file;
    private StandInServer server;
    private StandInImgur imgur;

    @BeforeEach
    void open() {
        file = folder.resolve("letters/dead.jsonl");
        server = StandInServer.plain();
        imgur = new StandInImgur(server, server);
    }

    @AfterEach
    void close() {
        imgur.close();
    }

    private Caravan caravan() {
        return new Caravan(folder.resolve("images"))
                .with("imgur.api.url", server.url())
                .with("imgur.dead-letters", file.toString())
                .with("imgur.download.attempts", "3");
    }

    private Caravan requeue() {
        return caravan().with("imgur.requeue", "true");
    }

    private PollSummary carry(Caravan caravan) throws Exception {
        try (caravan) {
            return caravan.start().poll();
        }
    }

    private List<FailedImage> letters() {
        List<FailedImage> letters = new ArrayList<>();
        try (StateFile state = new StateFile(folder.resolve("images/.caravan/archive.db"))) {
            new FailedImages(state, Duration.ofDays(7), Clock.systemUTC())
                    .list("")
                    .forEachRemaining(letters::add);
        }
        return letters;
    }

    private static Image image(String id, String url) {
        return new Image(id, url, "image/jpeg", 4_711, false, "post1", "A títle\n\"quoted\"", "poll1");
    }

    // --- what gets a letter ---

    @ParameterizedTest
    @CsvSource({"404, the server responded 404", "410, the server responded 410"})
    void anImageThatIsNotFoundGetsALetterAtOnce(int status, String reason) throws Exception {
        server.on(PATH, Reply.text(status, "gone"));
        Image image = image(ID, server.url() + PATH);
        try (Caravan caravan = caravan().startWithoutPoll()) {

            Caravan.Download download = caravan.send(image.toJson());

            assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(server.count(PATH)).isEqualTo(1);
            FailedImage letter = letters().get(0);
            assertThat(letters()).hasSize(1);
            assertThat(letter.message()).isEqualTo(image.toJson());
            assertThat(letter.reason()).isEqualTo(reason).isEqualTo(download.reason());
            assertThat(letter.attempts()).isEqualTo(1);
        }
        assertThat(Files.readString(file))
                .matches("\\{\"time\":\"20\\S+Z\",\"first\":\"20\\S+Z\",\"last\":\"20\\S+Z\",\"reason\":\"" + reason
                        + "\",\"class\":\"NOT_FOUND\",\"attempts\":1,\"image\":\\{\"id\":.*}}\n");
        String time = Files.readString(file).replaceFirst("(?s).*?\"time\":\"(.*?)\".*", "$1");
        assertThat(Instant.parse(time)).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void removedWrongAndTooLargeGetALetterAtOnceToo() throws Exception {
        imgur.addRemoved("removed1")
                .addReply(
                        "nopic01",
                        "image/jpeg",
                        9,
                        Reply.bytes(200, "image/jpeg", "%PDF-1.7 ".repeat(50).getBytes(UTF_8)))
                .addReply("toobig1", "image/jpeg", 9, Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 60_000)));
        for (String id : List.of("removed1", "nopic01", "toobig1")) {
            imgur.addPost(id);
        }

        PollSummary poll = carry(caravan().with("imgur.download.max-bytes", "50kB"));

        assertThat(poll.failed()).isEqualTo(3);
        assertThat(letters()).hasSize(3).allSatisfy(letter -> assertThat(letter.attempts())
                .isEqualTo(1));
        assertThat(letters())
                .extracting(FailedImage::reason)
                .anyMatch(reason -> reason.startsWith("removed from Imgur"));
        assertThat(letters()).extracting(FailedImage::reason).anyMatch(reason -> reason.contains("first bytes"));
        assertThat(letters())
                .extracting(FailedImage::reason)
                .anyMatch(reason -> reason.startsWith("larger than 50 kB"));
    }

    @Test
    void aTemporaryFailureGetsALetterAfterTheLastAttempt() throws Exception {
        server.on(PATH, Reply.text(503, "busy"));
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.download(ID, server.url() + PATH);
        }

        assertThat(server.count(PATH)).isEqualTo(3);
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.reason()).isEqualTo("the server responded 503");
        });
    }

    @Test
    void countsTheAttemptThatFindsItDeleted() throws Exception {
        server.on(PATH, Reply.inTurn(Reply.text(503, "busy"), Reply.text(404, "gone")));
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.download(ID, server.url() + PATH);
        }

        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(2);
            assertThat(letter.reason()).isEqualTo("the server responded 404");
        });
    }

    @Test
    void anImageThatSucceedsInTheEndGetsNoLetter() throws Exception {
        server.on(PATH, Reply.inTurn(Reply.text(503, "busy"), Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000))));
        try (Caravan caravan = caravan().startWithoutPoll()) {
            assertThat(caravan.download(ID, server.url() + PATH).outcome()).isEqualTo(Outcome.DOWNLOADED);
        }

        assertThat(letters()).isEmpty();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void anEntryThatIsNotAMessageIsKeptUnchanged() throws Exception {
        String entry = "{\"id\":\"../../etc/passwd\"}" + " ".repeat(5_000);
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.send(entry);
        }

        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.imageId()).isNull();
            assertThat(letter.message()).isEqualTo(entry.substring(0, 2_000));
            assertThat(letter.reason()).startsWith("a queue entry that is not an image message");
            assertThat(letter.attempts()).isZero();
        });
    }

    @Test
    void aStopInMidRetryLeavesNone() throws Exception {
        server.on(PATH, Reply.text(503, "busy"));
        imgur.addReply(ID, "image/jpeg", 9, Reply.text(503, "busy")).addPost(ID);
        Caravan caravan = caravan().with("imgur.download.backoff", "1m").start();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.count(PATH) == 1);

        caravan.close();

        assertThat(caravan.poll().left()).isEqualTo(1);
        assertThat(caravan.poll().failed()).isZero();
        assertThat(letters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "seda"})
    void countsEachFailureOnceWhateverTheQueue(String queue) throws Exception {
        imgur.addImage("whole01", Samples.jpeg(1, 5_000), "image/jpeg")
                .addPost("whole01")
                .addRemoved("removed1")
                .addPost("removed1")
                .addReply("broken1", "image/jpeg", 9, Reply.reset())
                .addPost("broken1");

        PollSummary poll = carry(caravan().with("imgur.queue", queue));

        assertThat(poll.listed()).isEqualTo(3);
        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(poll.failed()).isEqualTo(2);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(letters()).hasSize(2);
        assertThat(letters()).extracting(letter -> letter.imageId()).containsExactlyInAnyOrder("removed1", "broken1");
    }

    @Test
    void anImageThatTheQueueRefusesGetsALetter() throws Exception {
        imgur.addImage(ID, Samples.jpeg(1, 5_000), "image/jpeg").addPost(ID);

        PollSummary poll =
                carry(caravan().withQueueFile(QueueTest.brokenQueue(folder)).with("imgur.queue", "broken"));

        assertThat(poll.failed()).isEqualTo(1);
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.imageId()).isEqualTo(ID);
            assertThat(letter.reason()).startsWith("it could not be queued: ").endsWith("the broker is down");
            assertThat(letter.attempts()).isZero();
        });
    }

    // --- the file ---

    @Test
    void withNoneThereIsNoFile() throws Exception {
        try (Caravan caravan = caravan().with("imgur.dead-letters", "none").startWithoutPoll()) {
            assertThat(caravan.download(ID, server.url() + "/nosuch.jpg").outcome())
                    .isEqualTo(Outcome.FAILED);
        }
        assertThat(file.getParent()).doesNotExist();
    }

    /** Locks the state file against all writers, for longer than they wait. */
    private Connection lock() throws SQLException {
        Connection connection =
                DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("images/.caravan/archive.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
        }
        return connection;
    }

    @Test
    void anEntryWhoseFailureCannotBeRecordedIsNotDone() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll();
                ProducerTemplate template = caravan.context().createProducerTemplate();
                Connection held = lock()) {
            assertThat(held.isClosed()).isFalse();
            Exchange exchange = template.request("direct:image-download", e -> e.getMessage()
                    .setBody(image(ID, server.url() + "/nosuch.jpg").toJson()));

            assertThat(exchange.getException()).hasMessage("the server responded 404");
            assertThat(exchange.getProperty("imgurOutcome")).isEqualTo(Outcome.FAILED);
        }
        assertThat(letters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "seda"})
    void aFailureThatCannotBeRecordedIsStillCountedOnce(String queue) throws Exception {
        Semaphore held = new Semaphore(0);
        imgur.addReply("removed1", "image/jpeg", 9, Reply.text(404, "gone")).addPost("removed1");
        imgur.override(imgur.path("removed1"), request -> {
            held.acquireUninterruptibly();
            return Reply.text(404, "gone");
        });
        PollSummary poll;
        try (Caravan caravan = caravan().with("imgur.queue", queue).start();
                Connection lock = lock()) {
            assertThat(lock.isClosed()).isFalse();
            held.release();
            poll = caravan.poll();
        }

        assertThat(poll.failed()).isEqualTo(1);
        assertThat(poll.listed()).isEqualTo(1);
    }

    private void sql(String text) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("images/.caravan/archive.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private void refuseFailures() throws SQLException {
        sql("CREATE TRIGGER broken BEFORE INSERT ON failed_image BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END");
    }

    @Test
    void aFailureThatCannotBeRecordedIsRecordedWithTheNextOne() throws Exception {
        try (LogLines log = new LogLines();
                Caravan caravan = caravan().startWithoutPoll();
                ProducerTemplate template = caravan.context().createProducerTemplate()) {
            refuseFailures();
            template.request("direct:image-download", e -> e.getMessage()
                    .setBody(image(ID, server.url() + "/nosuch.jpg").toJson()));
            assertThat(letters()).isEmpty();
            assertThat(log.with("ERROR Failed " + ID)).hasSize(1);
            assertThat(caravan.bean("imgur-failed-images", FailedImages.class).isPostponed(ID))
                    .isTrue();

            sql("DROP TRIGGER broken");
            caravan.download("second2", server.url() + "/nosuch.jpg");

            assertThat(letters()).extracting(FailedImage::imageId).containsExactlyInAnyOrder(ID, "second2");
            assertThat(letters()).allSatisfy(letter -> {
                assertThat(letter.attempts()).isEqualTo(1);
                assertThat(letter.reason()).isEqualTo("the server responded 404");
            });
            caravan.download("third03", server.url() + "/nosuch.jpg");
            assertThat(log.with("could not be recorded before")).hasSize(1);
        }
    }

    @Test
    void aFailureThatCannotBeRecordedIsRecordedAtTheEndOfThePoll() throws Exception {
        Semaphore held = new Semaphore(0);
        imgur.addImage("whole01", Samples.jpeg(1, 5_000), "image/jpeg")
                .addPost("whole01")
                .addRemoved("removed1")
                .addPost("removed1");
        imgur.override(imgur.path("whole01"), request -> {
            held.acquireUninterruptibly();
            return imgur.respond(request);
        });
        try (LogLines log = new LogLines();
                Caravan caravan = caravan()) {
            caravan.startWithoutPoll();
            refuseFailures();
            caravan.context().getRouteController().startRoute("imgur-poll");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !log.with("ERROR Failed removed1").isEmpty());
            sql("DROP TRIGGER broken");
            held.release();

            PollSummary poll = caravan.poll();

            assertThat(poll.failed()).isEqualTo(1);
            assertThat(poll.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
            assertThat(letters()).extracting(FailedImage::imageId).containsExactly("removed1");
        }
    }

    @Test
    void anImageThatSucceedsMeanwhileGetsNoLetter() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll();
                ProducerTemplate template = caravan.context().createProducerTemplate()) {
            refuseFailures();
            template.request("direct:image-download", e -> e.getMessage()
                    .setBody(image(ID, server.url() + "/nosuch.jpg").toJson()));
            server.on(PATH, Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000)));
            assertThat(caravan.download(ID, server.url() + PATH).outcome()).isEqualTo(Outcome.DOWNLOADED);
            sql("DROP TRIGGER broken");

            caravan.download("second2", server.url() + "/nosuch.jpg");

            assertThat(letters()).extracting(FailedImage::imageId).containsExactly("second2");
        }
    }

    // --- attempts ---

    @Test
    void eachLimitCountsItsOwnKindAndTheLetterAllRequests() throws Exception {
        Reply whole = Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000));
        server.on(PATH, Reply.inTurn(Reply.reset(), Reply.text(503, "busy"), whole));
        Path other = Files.createDirectories(folder.resolve("images/jpg"));
        // A file cannot be renamed to another file system, while the disk itself seems to work.
        try (SmallDisk disk = SmallDisk.mount(other, "size=1m");
                Caravan caravan = caravan()
                        .with(
                                "imgur.images.file-name",
                                "${header.imageExtension}/${header.imageId}.${header.imageExtension}")
                        .startWithoutPoll()) {
            assertThat(disk).isNotNull();

            caravan.download(ID, server.url() + PATH);

            assertThat(server.count(PATH)).isEqualTo(12);
            assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter.attempts())
                    .isEqualTo(12));
        }
    }

    @Test
    void theLetterCountsTheRequestsBeforeAWaitToo() throws Exception {
        server.on(PATH, Reply.inTurn(Reply.text(429, "slow down"), Reply.text(503, "busy"), Reply.text(404, "gone")));
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.download(ID, server.url() + PATH);
        }

        assertThat(server.count(PATH)).isEqualTo(3);
        assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter.attempts())
                .isEqualTo(3));
    }

    @Test
    void anImageThatIsNotRequestedHasNoAttempts() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.download(ID, "https://elsewhere.test" + PATH);
        }

        assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter.attempts())
                .isZero());
    }

    @Test
    void aLetterHasNoCharacterThatATerminalWouldObey() throws Exception {
        String title = "a\u0085\u009b31m\u007f\u200e\u202e\u2066\u2028\udb40\udc41é\ud83d\udc2a";
        try (Caravan caravan = caravan().startWithoutPoll()) {
            caravan.send(new Image(ID, server.url() + "/nosuch.jpg", "image/jpeg", 1, false, "post1", title, "poll1")
                    .toJson());
        }

        String line = Files.readString(file);
        assertThat(line).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n]]").contains("\\u202e", "é\ud83d\udc2a");
        assertThat(new ObjectMapper().readTree(line).at("/image/postTitle").textValue())
                .isEqualTo(title);
    }

    @Test
    void aStepThatAUserAddedGetsTheLetterToo() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll()) {
            AdviceWith.adviceWith(caravan.context(), "image-dead-letter", advice -> advice.weaveById("record-failure")
                    .after()
                    .to("mock:notice"));
            MockEndpoint notice = caravan.context().getEndpoint("mock:notice", MockEndpoint.class);

            caravan.download(ID, server.url() + "/nosuch.jpg");

            assertThat(notice.getExchanges()).hasSize(1);
            assertThat(notice.getExchanges().get(0).getMessage().getBody(String.class) + "\n")
                    .isEqualTo(Files.readString(file));
        }
    }

    // --- requeue ---

    private void leaveLetters(String... ids) throws Exception {
        for (String id : ids) {
            imgur.addImage(id, Samples.jpeg(1, 5_000), "image/jpeg").addPost(id);
            imgur.override(imgur.path(id), Reply.text(404, "not now"));
        }
        assertThat(carry(caravan()).failed()).isEqualTo(ids.length);
        assertThat(letters()).hasSize(ids.length);
        for (String id : ids) {
            imgur.restore(imgur.path(id));
        }
    }

    @Test
    void aRequeueDownloadsWhatIsAvailableByNow() throws Exception {
        leaveLetters("first01", "second2", "third03");
        int requestsBefore = imgur.apiRequests().size();

        PollSummary poll = carry(requeue());

        assertThat(poll.listed()).isEqualTo(3);
        assertThat(poll.downloaded()).isEqualTo(3);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(imgur.apiRequests()).hasSize(requestsBefore);
        assertThat(letters()).isEmpty();
    }

    @Test
    void anImageThatFailsAgainKeepsItsLetter() throws Exception {
        leaveLetters("first01", "second2");
        imgur.override(imgur.path("second2"), Reply.text(410, "gone for good"));

        PollSummary poll = carry(requeue());

        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(poll.failed()).isEqualTo(1);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter.reason())
                .isEqualTo("the server responded 410"));
    }

    @Test
    void aRequeueForAReasonLeavesTheOthers() throws Exception {
        leaveLetters("first01");
        imgur.clearPosts().addRemoved("removed1").addPost("removed1");
        carry(caravan());
        imgur.addImage("removed1", Samples.jpeg(2, 5_000), "image/jpeg");

        PollSummary poll = carry(requeue().with("imgur.requeue.reason", "Removed"));

        assertThat(poll.listed()).isEqualTo(1);
        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(letters()).extracting(FailedImage::imageId).containsExactly("first01");
    }

    @Test
    void anImageThatIsInPlaceByNowLosesItsLetter() throws Exception {
        leaveLetters("first01");
        Files.write(folder.resolve("images/first01.jpg"), Samples.jpeg(3, 5_000));

        PollSummary poll = carry(requeue());

        assertThat(poll.known()).isEqualTo(1);
        assertThat(poll.downloaded()).isZero();
        assertThat(letters()).isEmpty();
    }

    @Test
    void aFailureIsReportedAtTheFirstPollOnly() throws Exception {
        imgur.addRemoved("removed1").addPost("removed1");
        imgur.addReply("broken1", "image/jpeg", 9, Reply.text(503, "busy")).addPost("broken1");
        assertThat(carry(caravan()).failed()).isEqualTo(2);
        int requestsBefore = imgur.imageRequests().size();

        PollSummary second;
        try (LogLines log = new LogLines()) {
            second = carry(caravan());
            assertThat(log.with("Failed")).isEmpty();
        }

        assertThat(second.failed()).isZero();
        assertThat(second.known()).isEqualTo(2);
        assertThat(second.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(imgur.imageRequests()).hasSize(requestsBefore);
    }

    @Test
    void aRefusedImageIsRequestedAgainAfterItsTime() throws Exception {
        imgur.addRemoved("removed1").addPost("removed1");
        carry(caravan().with("imgur.refused.retry-after", "1s"));
        int requestsBefore = imgur.imageRequests().size();
        Instant retry = letters().get(0).retryAt();
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(retry));

        PollSummary again = carry(caravan());

        assertThat(imgur.imageRequests()).hasSize(requestsBefore + 1);
        assertThat(again.failed()).isZero();
        assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(letters().get(0).attempts()).isEqualTo(2);
    }

    @Test
    void anImageThatSucceedsLaterIsNoLongerADeadLetter() throws Exception {
        imgur.addRemoved("removed1").addPost("removed1");
        carry(caravan().with("imgur.refused.retry-after", "1s"));
        Instant retry = letters().get(0).retryAt();
        imgur.addImage("removed1", Samples.jpeg(2, 5_000), "image/jpeg");
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(retry));

        assertThat(carry(caravan()).downloaded()).isEqualTo(1);

        assertThat(letters()).isEmpty();
    }

    @Test
    void withoutLettersARequeueEndsWell() throws Exception {
        PollSummary poll = carry(requeue());

        assertThat(poll.listed()).isZero();
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void aFileWithoutDeadLettersIsLeftAlone() throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[200_000]);

        PollSummary poll = carry(requeue());

        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(file).hasBinaryContent(new byte[200_000]);
    }

    @Test
    void anImageThatTheQueueRefusesKeepsItsLetter() throws Exception {
        leaveLetters("first01");

        PollSummary poll =
                carry(requeue().withQueueFile(QueueTest.brokenQueue(folder)).with("imgur.queue", "broken"));

        assertThat(poll.failed()).isEqualTo(1);
        assertThat(letters()).singleElement().satisfies(letter -> assertThat(letter.reason())
                .startsWith("it could not be queued: "));
    }

    @Test
    void aStopInMidRequeueLosesNothing() throws Exception {
        leaveLetters("first01", "second2", "third03");
        server.delay(Duration.ofMillis(300));
        Caravan stopped = requeue().with("imgur.download.concurrency", "1").start();
        int requestsBefore = imgur.imageRequests().size();
        await().atMost(Duration.ofSeconds(30)).until(() -> imgur.imageRequests().size() > requestsBefore);
        stopped.close();
        assertThat(stopped.poll().left()).isPositive();

        PollSummary poll = carry(requeue());

        assertThat(poll.downloaded() + stopped.poll().downloaded()).isEqualTo(3);
        assertThat(poll.failed()).isZero();
        assertThat(letters()).isEmpty();
    }

    @Test
    void aDurableQueueTakesThemAll() throws Exception {
        leaveLetters("first01", "second2");
        Path spool = folder.resolve("spool");
        Path own = Files.writeString(folder.resolve("own.camel.yaml"), """
                - route:
                    id: image-enqueue
                    from:
                      uri: direct:image-enqueue
                      steps:
                        - to:
                            uri: file:%1$s
                            parameters:
                              fileName: ${exchangeId}.json
                - route:
                    id: image-worker
                    from:
                      uri: file:%1$s
                      steps:
                        - to:
                            uri: direct:image-download
                """.formatted(spool));

        PollSummary poll =
                carry(requeue().withQueueFile(own).with("imgur.queue", "own").with("imgur.download.enabled", "false"));

        assertThat(poll.listed()).isEqualTo(2);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(spool.toFile().list()).hasSize(2);
        assertThat(letters()).isEmpty();
    }
}
