package imgurcaravan.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A third of all requests, every kind of it, and the same for the same seed. */
class HostilityTest {

    private static List<ImageResponse> responses(long seed) {
        Hostility hostility = new Hostility(seed);
        List<ImageResponse> responses = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            ListedImage image = new ListedImage(String.format("i%06d", number), "image/jpeg", 5_000, number, Fate.HERE);
            hostility.image(image);
            hostility.image(image);
            image.given().forEach(given -> responses.add(given.response()));
        }
        return responses;
    }

    @Test
    void aThirdIsHostileInEveryWay() {
        List<ImageResponse> responses = responses(1);

        Set<ImageResponse> kinds = EnumSet.copyOf(responses);
        assertThat(kinds)
                .contains(ImageResponse.WHOLE)
                .containsAll(ImageResponse.HOSTILE)
                .hasSize(1 + ImageResponse.HOSTILE.size());
        assertThat(responses.stream()
                        .filter(response -> response != ImageResponse.WHOLE)
                        .count())
                .isCloseTo(responses.size() / 3L, within(60L));
    }

    @Test
    void theSeedDecides() {
        assertThat(responses(7)).isEqualTo(responses(7)).isNotEqualTo(responses(8));
    }
}
