package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What fails in advance is passed over there, so that here it must not. */
class WarmUpTest {

    @Test
    void whatIsLoadedInAdvanceCanBe() throws Exception {
        // Sets the trust store of this JVM's tests, which is read only once.
        new Caravan(Path.of("images")).close();

        assertThatCode(WarmUp::forQuestions).doesNotThrowAnyException();
        assertThatCode(WarmUp::forAnswers).doesNotThrowAnyException();
    }
}
