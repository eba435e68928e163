package io.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final Pattern CLIENT_ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ROOM_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    @Test
    void clientIdsAndRoomNamesAreWhatTheirPatternsSay() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        String characters = "aZ09_-.é /\n\u0000٣Ａ";
        for (int i = 0; i < 20_000; i++) {
            int reach = random.nextInt(4, characters.length() + 1);
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(4); length > 0; length--) {
                text.append(characters.charAt(random.nextInt(reach)));
            }
            assertThat(ClientId.isValid(text)).isEqualTo(CLIENT_ID.matcher(text).matches());
            assertThat(RoomName.isValid(text)).isEqualTo(ROOM_NAME.matcher(text).matches());
        }
    }

    @Test
    void sixtyFourCharactersAreTheMost() {
        assertThat(ClientId.isValid("a".repeat(64))).isTrue();
        assertThat(ClientId.isValid("a".repeat(65))).isFalse();
        assertThat(RoomName.isValid("a".repeat(64))).isTrue();
        assertThat(RoomName.isValid("a".repeat(65))).isFalse();
        assertThat(ClientId.isValid("")).isFalse();
        assertThat(RoomName.isValid("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cam-7", "камера 7", "카메라", "a b", "📷", "é"})
    void instanceIdsMayBeAnythingPrintable(String id) {
        assertThat(ClientId.isPrintable(id, 128)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\nb",
                "a\u0000",
                "\u202Eevil",
                "a\uD800",
                "\uE000",
                "a\u2028",
                "\u007F"
            })
    void instanceIdsMayNotHideAnything(String id) {
        assertThat(ClientId.isPrintable(id, 128)).isFalse();
    }

    @Test
    void theLengthOfAnInstanceIdIsCountedInCodePoints() {
        assertThat(ClientId.isPrintable("📷".repeat(128), 128)).isTrue();
        assertThat(ClientId.isPrintable("📷".repeat(129), 128)).isFalse();
        assertThat(ClientId.isPrintable("a".repeat(129), 128)).isFalse();
    }

    @Test
    void twoPrefixesOfRoomNamesAreTheServers() {
        assertThat(RoomName.isReserved("deepstream.events")).isTrue();
        assertThat(RoomName.isReserved("holdfast.x")).isTrue();
        assertThat(RoomName.isReserved("deepstream")).isFalse();
        assertThat(RoomName.isReserved("my.holdfast.x")).isFalse();
    }
}
