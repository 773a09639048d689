package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.run.ExitCode;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.ForwardProxy;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything through a proxy, to plain and to secure servers. */
class ProxyTest {

    private static final String PASSWORD = "5ecret:p@ss wörd";
    private static final String ENCODED = "5ecret%3Ap%40ss%20w%C3%B6rd";

    @TempDir
    private Path images;

    private final LogLines log = new LogLines();
    private ForwardProxy proxy;

    @BeforeEach
    void open() {
        proxy = new ForwardProxy();
    }

    @AfterEach
    void close() {
        proxy.close();
        log.close();
        assertThat(log.text()).doesNotContain(PASSWORD, ENCODED);
    }

    private Caravan caravan() {
        return new Caravan(images).with("imgur.http.proxy", "http://127.0.0.1:" + proxy.port());
    }

    private Caravan caravanWithUser() {
        proxy.credentials("me", PASSWORD);
        return new Caravan(images).with("imgur.http.proxy", "http://me:" + ENCODED + "@localhost:" + proxy.port());
    }

    /** For Imgur's own names, which the proxy maps to a server on this machine, with only public addresses allowed. */
    private Caravan toImgur(Caravan caravan, StandInServer tls) {
        proxy.lead("api.imgur.com:443", tls.port()).lead("i.imgur.com:443", tls.port());
        return caravan.with("imgur.hosts.allow", "imgur.com,*.imgur.com").with("imgur.hosts.private", "false");
    }

    private static PollSummary poll(Caravan caravan) throws Exception {
        try (caravan) {
            return caravan.start().poll();
        }
    }

    @Test
    void plainRequestsGoThroughTheProxyInWhole() throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 10, 1_000, 5_000, 1)) {

            PollSummary poll = poll(caravanWithUser().with("imgur.api.url", server.url()));

            assertThat(poll.downloaded()).isEqualTo(10);
            assertThat(proxy.heads()).hasSameSizeAs(server.requests()).allSatisfy(head -> assertThat(head)
                    .startsWith("GET " + server.url() + "/"));
            assertThat(imgur.imageRequests()).hasSize(10).allSatisfy(request -> assertThat(request.headers())
                    .doesNotContainKeys("proxy-authorization", "authorization"));
        }
    }

    @Test
    void secureRequestsGoThroughTunnelsThatAreUsedAgain() throws Exception {
        try (StandInServer tls = StandInServer.tls();
                StandInImgur imgur = new StandInImgur(tls, tls).linkBase("https://i.imgur.com")) {
            for (int i = 0; i < 10; i++) {
                imgur.addImage("image0" + i, Samples.jpeg(i, 5_000), "image/jpeg")
                        .addPost("image0" + i);
            }

            PollSummary poll = poll(toImgur(caravanWithUser(), tls).with("imgur.download.concurrency", "2"));

            assertThat(poll.downloaded()).isEqualTo(10);
            assertThat(proxy.heads()).hasSizeBetween(2, 3).allSatisfy(head -> assertThat(head)
                    .matches("(?s)CONNECT (api|i)\\.imgur\\.com:443 HTTP/1.1\r\n.*")
                    .doesNotContain("Client-ID"));
            assertThat(tls.requests()).hasSize(11).allSatisfy(request -> assertThat(request.headers())
                    .doesNotContainKey("proxy-authorization"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWrongPasswordIsReportedAsSuch(boolean secure) throws Exception {
        try (StandInServer server = secure ? StandInServer.tls() : StandInServer.plain()) {
            Caravan caravan = caravanWithUser().with("imgur.api.url", server.url());
            proxy.credentials("me", "another password");

            PollSummary poll = poll(caravan);

            assertThat(poll.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(log.with("could not be read"))
                    .singleElement()
                    .asString()
                    .endsWith("the proxy localhost:" + proxy.port() + " responded 407");
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 407, 502})
    void aRefusedTunnelIsNotAResponseOfTheServer(int status) throws Exception {
        try (StandInServer tls = StandInServer.tls();
                Caravan caravan = toImgur(caravan(), tls)
                        .with("imgur.download.attempts", "3")
                        .startWithoutPoll()) {
            tls.handle(request -> Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000)));

            proxy.refuse(2, status);
            Download late = caravan.download("abcde12", "https://i.imgur.com/abcde12.jpg");
            proxy.refuse(3, status);
            // On a connection of its own, as the one before is still open.
            Download never = caravan.download("fghij34", "https://api.imgur.com/fghij34.jpg");

            assertThat(late.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(never.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(never.reason()).isEqualTo("the proxy 127.0.0.1:" + proxy.port() + " responded " + status);
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    @Test
    void aTunnelThatIsRefusedAfterARedirectIsNoResponseOfTheServer() throws Exception {
        try (StandInServer tls = StandInServer.tls();
                Caravan caravan = toImgur(caravan(), tls)
                        .with("imgur.download.attempts", "1")
                        .startWithoutPoll()) {
            tls.handle(request -> {
                proxy.refuse(1, 404);
                return Reply.redirect(302, "https://api.imgur.com/abcde12.jpg");
            });

            Download download = caravan.download("abcde12", "https://i.imgur.com/abcde12.jpg");

            assertThat(download.reason()).isEqualTo("the proxy 127.0.0.1:" + proxy.port() + " responded 404");
        }
    }

    @Test
    void addressesThatAreNotPublicAreRefusedInRedirectsToo() throws Exception {
        try (StandInServer tls = StandInServer.tls();
                Caravan caravan = toImgur(caravan(), tls)
                        .with("imgur.hosts.allow", "*.imgur.com,127.0.0.1")
                        .startWithoutPoll()) {
            tls.handle(request -> Reply.redirect(302, "https://127.0.0.1/abcde12.jpg"));

            Download download = caravan.download("abcde12", "https://i.imgur.com/abcde12.jpg");

            assertThat(download.failure()).isInstanceOf(UnknownHostException.class);
            assertThat(proxy.heads()).singleElement().asString().startsWith("CONNECT i.imgur.com:443");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aProxyThatIsDownIsNamedAndRetried(String scheme) throws Exception {
        try (Caravan caravan = caravan().with("imgur.download.attempts", "3").startWithoutPoll()) {
            proxy.close();

            Download download = caravan.download("abcde12", scheme + "://localhost:1/abcde12.jpg");

            assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(download.reason())
                    .startsWith("no connection to the proxy 127.0.0.1:" + proxy.port())
                    .contains("refused");
            assertThat(log.with("WARN Failed abcde12"))
                    .singleElement()
                    .asString()
                    .endsWith("(tried 3 times)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "me.localhost",
                "127.0.0.1",
                "10.0.0.1",
                "[::1]",
                "[fd00::1]",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0.0.0.0"
            })
    void addressesThatAreNotPublicAreRefusedHereToo(String host) throws Exception {
        try (Caravan caravan = caravan()
                .with("imgur.hosts.private", "false")
                .with("imgur.api.url", "https://api.imgur.com")
                .with("imgur.hosts.allow", host)
                .startWithoutPoll()) {

            Download download = caravan.download("abcde12", "https://" + host + "/abcde12.jpg");

            assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(download.failure()).isInstanceOf(UnknownHostException.class);
            assertThat(proxy.heads()).isEmpty();
        }
    }

    @Test
    void hostsOffTheListAreRefusedHereToo() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll()) {
            Download download = caravan.download("abcde12", "https://elsewhere.test/abcde12.jpg");

            assertThat(download.failure()).isInstanceOf(HostRefusedException.class);
            assertThat(proxy.heads()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDeadlineHoldsThroughTheProxy(boolean secure) throws Exception {
        try (StandInServer server = secure ? StandInServer.tls() : StandInServer.plain();
                Caravan caravan = caravan().with("imgur.download.timeout", "1s").startWithoutPoll()) {
            server.handle(request -> Reply.drip("image/jpeg", Samples.jpeg(1, 60_000), Duration.ofMillis(50), 100));

            Download download = caravan.download("abcde12", server.url() + "/abcde12.jpg");

            assertThat(download.reason()).isEqualTo("not complete within 1 s");
            assertThat(caravan.leftovers()).isEmpty();
        }
    }
}
