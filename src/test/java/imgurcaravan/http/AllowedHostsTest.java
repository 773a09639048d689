package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import imgurcaravan.run.SettingsTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    @ParameterizedTest
    @CsvSource({
        "https://i.imgur.com/abcde.jpg, https://i.imgur.com/abcde.jpg",
        "https://imgur.com/abcde.jpg, https://imgur.com/abcde.jpg",
        "https://a.b.imgur.com/x, https://a.b.imgur.com/x",
        "https://i.imgur.com, https://i.imgur.com",
        "https://i.imgur.com/, https://i.imgur.com/",
        "https://i.imgur.com/abcde.jpg?1, https://i.imgur.com/abcde.jpg?1",
        "https://i.imgur.com/a%20b.jpg, https://i.imgur.com/a%20b.jpg",
        "https://i.imgur.com/%7B%7Bx%7D%7D, https://i.imgur.com/%7B%7Bx%7D%7D",
        "https://i.imgur.com/../x, https://i.imgur.com/../x",
        "https://i.imgur.com:443/abcde.jpg, https://i.imgur.com:443/abcde.jpg",
        "https://i.imgur.com/abcde.jpg#part, https://i.imgur.com/abcde.jpg",
        "https://i.imgur.com/abcde.jpg?x#part, https://i.imgur.com/abcde.jpg?x",
        "https://i.imgur.com/abcde.jpg#, https://i.imgur.com/abcde.jpg",
        "https://i.imgur.com#@evil.test/, https://i.imgur.com",
        // Imgur's early links are plain http; the same image is served over https.
        "http://i.imgur.com/abcde.jpg, https://i.imgur.com/abcde.jpg",
        "http://imgur.com/abcde.jpg, https://imgur.com/abcde.jpg",
        "http://i.imgur.com/abcde.jpg#x, https://i.imgur.com/abcde.jpg",
        "http://i.imgur.com/http://x, https://i.imgur.com/http://x",
        "http://i.imgur.com:80/abcde.jpg, https://i.imgur.com/abcde.jpg"
    })
    void allowsImgur(String url, String contacted) throws HostRefusedException {
        assertThat(hosts().check(url)).hasToString(contacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTPS://I.IMGUR.COM/Abcde.jpg", "https://i.Imgur.com/Abcde.jpg", "HTTP://I.imgur.COM/Abcde.jpg"
            })
    void allowsImgurInAnyCase(String url) throws HostRefusedException {
        assertThat(hosts().check(url).toString())
                .isEqualToIgnoringCase("https://i.imgur.com/Abcde.jpg")
                .endsWith("/Abcde.jpg");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "abcde.jpg",
                "/abcde.jpg",
                // Schemes.
                "//i.imgur.com/abcde.jpg",
                "i.imgur.com/abcde.jpg",
                "ftp://i.imgur.com/abcde.jpg",
                "file:///etc/passwd",
                "file://i.imgur.com/etc/passwd",
                "javascript:alert(1)",
                "javascript://i.imgur.com/%0aalert(1)",
                "data:image/png;base64,AAAA",
                "jar:https://i.imgur.com/a.jar!/x",
                "httpss://i.imgur.com/",
                "https:i.imgur.com/abcde.jpg",
                "https:/i.imgur.com/abcde.jpg",
                "https:///i.imgur.com/abcde.jpg",
                "https://",
                "https:",
                // Users.
                "https://me@i.imgur.com/",
                "https://me:secret@i.imgur.com/",
                "https://@i.imgur.com/",
                "https://i.imgur.com@evil.test/",
                "https://i.imgur.com:443@evil.test/",
                // Other hosts that look alike.
                "https://imgur.com.evil.test/",
                "https://evilimgur.com/",
                "https://i-imgur.com/",
                "https://imgur.com.",
                "https://i.imgur.com./abcde.jpg",
                "https://imgur.co/",
                "https://com/",
                "https://.imgur.com/",
                "https://i..imgur.com/",
                "https://evil.test/i.imgur.com",
                "https://evil.test/?https://i.imgur.com/",
                "https://evil.test#@i.imgur.com/",
                "https://evil.test\\@i.imgur.com/",
                "https://evil.test%2f@i.imgur.com/",
                "https://evil.test%23.imgur.com/",
                "https://i%2eimgur.com/",
                "https://%69.imgur.com/",
                "https://evil_test.imgur.com.evil.test/",
                "https://i.imgur.com,evil.test/",
                "https://i.imgur.com;evil.test/",
                "https://i.imgur.com evil.test/",
                "https://i.imgur.com\tevil.test/",
                "https://*.imgur.com/",
                // Other alphabets, which some parsers fold into this one.
                "https://\u0456.imgur.com/",
                "https://i.\u0456mgur.com/",
                "https://i.imgur\u3002com/",
                "https://i.imgur.c\u043em/",
                "https://\uff49.imgur.com/",
                "https://xn--mgur-j2a.com/",
                // Ports.
                "https://i.imgur.com:-1/",
                "https://i.imgur.com:x/",
                "https://i.imgur.com:99999999999/",
                "https://i.imgur.com:65536/",
                // Addresses.
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::1%25lo]/",
                "https://0x7f.1/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://127.1/",
                "https://0177.0.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://localhost/",
                "https://127.0.0.1.imgur.com@127.0.0.1/",
                // Characters that are special to Camel, a URI parser or a log.
                "https://i.imgur.com/{{imgur.client-id}}",
                "https://i.imgur.com/${env.HOME}",
                "https://i.imgur.com/{x}",
                "https://i.imgur.com/a b.jpg",
                " https://i.imgur.com/abcde.jpg",
                "https://i.imgur.com/abcde.jpg\n",
                "https://i.imgur.com/\r\nHost: evil.test",
                "https://i.imgur.com/a\u0000b",
                "https://i.imgur.com/caf\u00e9.jpg",
                "https://i.imgur.com/\ud83d\udc2a.jpg",
                "https://i.imgur.com/a|b",
                "https://i.imgur.com/a\\b",
                "https://i.imgur.com/<b>",
                "https://i.imgur.com/\"",
                "https://i.imgur.com/`id`",
                "https://i.imgur.com/%zz",
                "https://i.imgur.com/%",
                "https://i.imgur.com/[x]",
                "https://i.imgur.com/#a#b"
            })
    void refusesEverythingElse(String url) {
        HostRefusedException thrown = catchThrowableOfType(HostRefusedException.class, () -> hosts().check(url));

        assertThat(thrown).isNotNull();
        assertThat(thrown.getMessage()).isNotBlank().hasSizeLessThan(300).matches("[\\x20-\\x7e\u2026]+");
    }

    @Test
    void refusesAUrlThatIsTooLong() throws HostRefusedException {
        String start = "https://i.imgur.com/";
        String longest = start + "x".repeat(2_000 - start.length());

        assertThat(hosts().check(longest)).hasToString(longest);
        HostRefusedException thrown =
                catchThrowableOfType(HostRefusedException.class, () -> hosts().check(longest + "x"));
        assertThat(thrown.getMessage()).hasSizeLessThan(300);
    }

    @Test
    void refusesPlainHttpToOtherHosts() {
        AllowedHosts hosts = hosts("imgur.hosts.allow", "images.test");

        assertThatExceptionOfType(HostRefusedException.class)
                .isThrownBy(() -> hosts.check("http://images.test/a.jpg"))
                .withMessageContaining("is not https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/abcde.jpg",
                "http://localhost/abcde.jpg",
                "https://localhost:8443/abcde.jpg",
                "http://[::1]:8080/abcde.jpg"
            })
    void allowsStandInsOverPlainHttp(String url) throws HostRefusedException {
        AllowedHosts hosts = hosts("imgur.hosts.allow", "127.0.0.1,localhost,[::1]", "imgur.hosts.private", "true");

        assertThat(hosts.check(url)).hasToString(url);
    }

    @Test
    void contactsImgurOverHttpsEvenWhereStandInsAreAllowed() throws HostRefusedException {
        AllowedHosts hosts = hosts("imgur.hosts.private", "true");

        assertThat(hosts.check("http://i.imgur.com/abcde.jpg")).hasToString("https://i.imgur.com/abcde.jpg");
    }

    @ParameterizedTest
    @CsvSource({
        "imgur.com, https://imgur.com/, true",
        "imgur.com, https://i.imgur.com/, false",
        "*.imgur.com, https://imgur.com/, false",
        "*.imgur.com, https://i.imgur.com/, true",
        "*.imgur.com, https://a.b.imgur.com/, true",
        "*.IMGUR.com, https://i.imgur.com/, true",
        "'a.test,b.test', https://b.test/, true",
        "'a.test,b.test', https://c.test/, false",
        "*.test, https://a.b.test/, true",
        "imgur.com, https://imgur.com.test/, false"
    })
    void knowsHostsByPattern(String allow, String url, boolean allowed) {
        AllowedHosts hosts = hosts("imgur.hosts.allow", allow);

        HostRefusedException thrown = catchThrowableOfType(HostRefusedException.class, () -> hosts.check(url));

        assertThat(thrown == null).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "127.0.0.1",
                "127.1.2.3",
                "0.0.0.0",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "::1",
                "[::1]",
                "::",
                "[::ffff:127.0.0.1]",
                "::ffff:10.0.0.1",
                "fd00::1",
                "fe80::1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::"
            })
    void doesNotConnectToAPrivateAddress(String host) {
        assertThatExceptionOfType(HostRefusedException.class)
                .isThrownBy(() -> hosts().resolve(host))
                .withMessageContaining("only private addresses")
                .withMessageContaining("imgur.hosts.private=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x7f.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "017700000001", "0"})
    void doesNotConnectToAPrivateAddressInAnOddSpelling(String host) {
        // The resolver takes such a spelling for a private address, for a public one or for no address at all.
        assertThat(addresses(hosts(), host)).allMatch(PublicAddresses::isPublic);
    }

    private static List<InetAddress> addresses(AllowedHosts hosts, String host) {
        try {
            return List.of(hosts.resolve(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1"})
    void connectsToPrivateAddressesIfTheyAreAllowed(String host) throws UnknownHostException {
        AllowedHosts hosts = hosts("imgur.hosts.private", "true");

        InetAddress[] addresses = hosts.resolve(host);

        assertThat(addresses).isNotEmpty();
        assertThat(Arrays.stream(addresses)).noneMatch(PublicAddresses::isPublic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "146.75.36.193", "2a04:4e42::193"})
    void connectsToPublicAddresses(String host) throws UnknownHostException {
        assertThat(hosts().resolve(host)).containsExactly(InetAddress.getByName(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void reportsAnUnknownHost(String privateAllowed) {
        AllowedHosts hosts = hosts("imgur.hosts.private", privateAllowed);

        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> hosts.resolve("no-such-host.invalid"))
                .isNotInstanceOf(HostRefusedException.class);
    }

    private static AllowedHosts hosts(String... keysAndValues) {
        return new AllowedHosts(SettingsTest.settings(keysAndValues).hosts());
    }
}
