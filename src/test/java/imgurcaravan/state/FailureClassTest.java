package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureClassTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REMOVED | removed from Imgur (redirected to /removed.png)",
                "REMOVED | removed from Imgur (its placeholder came instead)",
                "REMOVED | removed from Imgur (its placeholder was sent instead)",
                "NOT_FOUND | the server answered 404",
                "NOT_FOUND | the server answered 410",
                "NOT_FOUND | the server responded 404",
                "REJECTED | the server answered 451",
                "REJECTED | more than 5 redirects",
                "SERVER_ERROR | the server answered 403",
                "SERVER_ERROR | the server answered 503",
                "SERVER_ERROR | the server answered 304",
                "SERVER_ERROR | 302 without a location",
                "RATE_LIMITED | the server answered 429",
                "RATE_LIMITED | the server answered 503, over capacity",
                "WRONG_TYPE | no image: its first bytes are %PDF-1.7",
                "WRONG_TYPE | a image/gif, which imgur.gallery.types does not keep",
                "WRONG_TYPE | not an image: its first bytes are 255044462d",
                "WRONG_TYPE | an image in the format HEIF, which is not kept",
                "WRONG_TYPE | image/gif is not in imgur.gallery.types",
                "TOO_LARGE | larger than 50 kB",
                "BAD_MESSAGE | a queue entry that is no image message: empty",
                "BAD_MESSAGE | a queue entry that is not an image message: null",
                "HOST_REFUSED | redirected to what is no URL: http://[",
                "HOST_REFUSED | redirected to an invalid URL: http://[",
                "HOST_REFUSED | host example.org is not in imgur.hosts.allow",
                "HOST_REFUSED | host example.org has only private addresses such as 10.0.0.1",
                "HOST_REFUSED | not a plain URL: http://[",
                "HOST_REFUSED | not a URL with a host and no user: https://a@b/",
                "HOST_REFUSED | scheme of ftp://x is not https",
                "INCOMPLETE | 100 of 200 bytes came",
                "INCOMPLETE | only 3 bytes came",
                "INCOMPLETE | 100 of 200 bytes received",
                "INCOMPLETE | only 3 bytes received",
                "INCOMPLETE | cut off: the JPEG has no end marker",
                "INCOMPLETE | a PNG with a broken chunk",
                "INCOMPLETE | a WebP with a chunk that is larger than the file claims",
                "INCOMPLETE | its MD5 is not the ETag of the response",
                "INCOMPLETE | an MP4 with a broken box",
                "INCOMPLETE | an HTML page instead of an image",
                "INCOMPLETE | an empty answer",
                "INCOMPLETE | an empty response",
                "TIMEOUT | not complete within 60 s",
                "TIMEOUT | the server fell silent",
                "TIMEOUT | the server timed out",
                "CONNECTION | host not found: i.imgur.com",
                "CONNECTION | no connection: Connection refused",
                "CONNECTION | the connection broke: Connection reset",
                "CONNECTION | the server broke off in the middle",
                "CONNECTION | the server closed the connection in the middle of the body",
                "CONNECTION | no secure connection: bad certificate",
                "DISK | its file cannot be written: No space left on device",
                "DISK | it could not be remembered: the state file x cannot be used: disk is full",
                "NAME_TAKEN | other files have the name x.jpg and all like it",
                "NAME_TAKEN | other files have the name x.jpg and all its variants",
                "NAME_TAKEN | its folder cannot be made: a file has the name x",
                "NAME_TAKEN | its folder cannot be created: a file has the name x",
                "NAME_TAKEN | somebody else just wrote a file of its name",
                "NAME_TAKEN | another file of its name was just written",
                "PROCESS_ENDED | the process ended 3 times while it was downloaded",
                "DISK | it could not be remembered that it is downloaded: disk is full",
                "NOT_QUEUED | it could not be queued: the broker is down",
                "OTHER | IllegalStateException: a step of one's own"
            })
    void recognizesReasonsOfThisAndEarlierVersions(FailureClass expected, String reason) {
        assertThat(FailureClass.ofReason(reason)).isEqualTo(expected);
    }

    @Test
    void isOtherForAClassOfALaterVersion() {
        assertThat(FailureClass.named("NOT_FOUND")).isEqualTo(FailureClass.NOT_FOUND);
        assertThat(FailureClass.named("ON_THE_MOON")).isEqualTo(FailureClass.OTHER);
    }
}
