package io.holdfast.protocol.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.admission.Admission.Admitted;
import io.holdfast.protocol.admission.Admission.Provisional;
import io.holdfast.protocol.admission.Admission.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionAdmissionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String NAT = "192.0.2.1";

    private ConnectionAdmission admission = with(100, 10);

    private static ConnectionAdmission with(int maxConnections, int perMinute) {
        return new ConnectionAdmission(AdmissionSettings.of(maxConnections, perMinute));
    }

    private Slot admitted(String address, long nowNanos) {
        return ((Admitted) admission.connect(address, nowNanos)).slot();
    }

    private List<Slot> fill(int connections) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            slots.add(((Admitted) admission.connect("10.0.0." + i, 0)).slot());
        }
        return slots;
    }

    private Slot provisional(String address, long nowNanos) {
        return ((Provisional) admission.connect(address, nowNanos)).slot();
    }

    private Refused refusedWithoutToken(String address, long nowNanos) {
        return (Refused) admission.withoutToken(provisional(address, nowNanos), nowNanos);
    }

    @Test
    void exactlyTheConfiguredNumberGetsIn() {
        fill(100);
        assertThat(admission.admitted()).isEqualTo(100);
        assertThat(admission.connect("10.0.1.1", 0))
                .isInstanceOfSatisfying(Provisional.class, over -> {
                    assertThat(over.why()).isEqualTo(Refusal.FULL);
                    assertThat(over.deadlineNanos()).isEqualTo(2 * SECOND);
                    assertThat(over.slot().isAdmitted()).isFalse();
                });
        assertThat(admission.admitted()).isEqualTo(100);
    }

    @Test
    void aPlaceThatIsGivenBackIsFreeOnceHoweverOftenItIsGivenBack() {
        List<Slot> slots = fill(100);
        admission.release(slots.get(3), 1);
        admission.release(slots.get(3), 1);
        assertThat(admission.admitted()).isEqualTo(99);

        assertThat(admission.connect("10.0.1.1", 1)).isInstanceOf(Admitted.class);
        assertThat(admission.connect("10.0.1.2", 1)).isInstanceOf(Provisional.class);
    }

    @Test
    void oneAddressGetsInTenTimesInAnyMinute() {
        for (int i = 0; i < 10; i++) {
            assertThat(admission.connect(NAT, i * SECOND)).isInstanceOf(Admitted.class);
        }
        assertThat(admission.connect(NAT, 59 * SECOND))
                .isInstanceOfSatisfying(Provisional.class, over -> {
                    assertThat(over.why()).isEqualTo(Refusal.RATE);
                    assertThat(over.deadlineNanos()).isEqualTo(64 * SECOND);
                });
        assertThat(admission.connect("192.0.2.2", 59 * SECOND)).isInstanceOf(Admitted.class);
        assertThat(admission.connect(NAT, 60 * SECOND)).isInstanceOf(Admitted.class);
        assertThat(admission.connect(NAT, 60 * SECOND)).isInstanceOf(Provisional.class);
    }

    @Test
    void refusedAttemptsAreNotCountedByTheRate() {
        admission = with(100, 1);
        admission.connect(NAT, 0);
        for (int i = 1; i < 8; i++) {
            Refused refused = refusedWithoutToken(NAT, i * SECOND);
            assertThat(refused).isEqualTo(new Refused(Refusal.RATE, 60 - i));
        }
        assertThat(admission.connect(NAT, 60 * SECOND)).isInstanceOf(Admitted.class);
    }

    @Test
    void zeroSwitchesTheRateOff() {
        admission = with(1_000, 0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(admission.connect(NAT, 0)).isInstanceOf(Admitted.class);
        }
        assertThat(admission.connect(NAT, 0)).isInstanceOf(Provisional.class);
    }

    @Test
    void botsBehindOneNatComeBackWithTheirTokens() {
        for (int bot = 0; bot < 100; bot++) {
            Admission first = admission.connect(NAT, 0);
            if (first instanceof Provisional over) {
                assertThat(admission.tokenAccepted(over.slot(), null, SECOND))
                        .isEqualTo(new Admitted(over.slot()));
            }
        }
        assertThat(admission.admitted()).isEqualTo(100);
        assertThat(admission.provisional()).isZero();
    }

    @Test
    void connectionsExemptByTheirTokenAreNotCountedByTheRate() {
        for (int i = 0; i < 10; i++) {
            admission.connect(NAT, 0);
        }
        for (int i = 0; i < 5; i++) {
            admission.tokenAccepted(provisional(NAT, 30 * SECOND), null, 30 * SECOND);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(admission.connect(NAT, 60 * SECOND)).isInstanceOf(Admitted.class);
        }
    }

    @Test
    void aTokenDoesNotMakeRoomWhereAllPlacesAreTaken() {
        fill(100);
        Slot slot = provisional(NAT, 0);
        assertThat(admission.tokenAccepted(slot, null, 1)).isEqualTo(new Refused(Refusal.FULL, 10));
        assertThat(admission.admitted()).isEqualTo(100);
        assertThat(admission.tokenAccepted(slot, null, 2))
                .as("its chance is over")
                .isInstanceOf(Refused.class);
    }

    @Test
    void aResumeTakesItsOwnZombiesPlace() {
        Slot zombie = fill(100).get(42);
        Slot slot = provisional(NAT, 0);
        assertThat(admission.tokenAccepted(slot, zombie, 1)).isEqualTo(new Admitted(slot));

        assertThat(zombie.isAdmitted()).isFalse();
        assertThat(slot.isAdmitted()).isTrue();
        admission.release(zombie, 2);
        assertThat(admission.admitted()).as("the zombie's end frees nothing").isEqualTo(100);
    }

    @Test
    void aResumeWithAPlaceOfItsOwnFreesItsZombies() {
        admission = with(2, 0);
        Slot zombie = ((Admitted) admission.connect(NAT, 0)).slot();
        Slot slot = ((Admitted) admission.connect(NAT, 0)).slot();
        admission.tokenAccepted(slot, zombie, 1);

        assertThat(admission.admitted()).isEqualTo(1);
        assertThat(admission.tokenAccepted(slot, slot, 1)).isEqualTo(new Admitted(slot));
        assertThat(admission.admitted()).isEqualTo(1);
    }

    @Test
    void anAddressRefusedTenTimesInAMinuteWithoutATokenIsBlockedForAnHour() {
        admission = with(100, 1);
        admission.connect(NAT, 0);
        for (int i = 1; i <= 9; i++) {
            assertThat(refusedWithoutToken(NAT, i * SECOND).why()).isEqualTo(Refusal.RATE);
        }
        assertThat(refusedWithoutToken(NAT, 10 * SECOND))
                .isEqualTo(new Refused(Refusal.BLOCKED, 3_600));
        assertThat(admission.connect(NAT, 70 * SECOND))
                .isEqualTo(new Refused(Refusal.BLOCKED, 3_540));
        assertThat(admission.connect("192.0.2.2", 70 * SECOND)).isInstanceOf(Admitted.class);
        assertThat(admission.connect(NAT, 3_610 * SECOND)).isInstanceOf(Admitted.class);
        assertThat(admission.blocks().automatic()).isEqualTo(1);
    }

    @Test
    void tenRefusalsInMoreThanAMinuteDoNotBlock() {
        admission = with(1, 0);
        admission.connect(NAT, 0);
        for (int i = 1; i <= 100; i++) {
            assertThat(refusedWithoutToken(NAT, i * 7L * SECOND))
                    .isEqualTo(new Refused(Refusal.FULL, 10));
        }
    }

    @Test
    void aProvisionalConnectionThatLeavesByItselfWasRefusedToo() {
        admission = with(100, 1);
        admission.connect(NAT, 0);
        for (int i = 1; i <= 10; i++) {
            admission.release(provisional(NAT, i), i);
        }
        assertThat(admission.connect(NAT, 20)).isInstanceOf(Refused.class);
        assertThat(admission.provisional()).isZero();
    }

    @Test
    void anUnblockedAddressStartsWithACleanSlate() {
        admission = with(100, 1);
        admission.connect(NAT, 0);
        for (int i = 1; i <= 10; i++) {
            refusedWithoutToken(NAT, i);
        }
        assertThat(admission.blocks().unblock(NAT, 20)).isTrue();
        assertThat(refusedWithoutToken(NAT, 30).why()).isEqualTo(Refusal.RATE);
    }

    @Test
    void anAdmittedConnectionNeedsNoToken() {
        Slot slot = admitted(NAT, 0);
        assertThat(admission.withoutToken(slot, 1)).isEqualTo(new Admitted(slot));
    }

    @Test
    void provisionalConnectionsAreBoundedAndRefusingThemIsNotHeldAgainstTheirAddress() {
        admission = with(1, 0);
        admission.connect(NAT, 0);
        for (int i = 0; i < ConnectionAdmission.MAX_PROVISIONAL_PER_ADDRESS; i++) {
            assertThat(admission.connect(NAT, 0)).isInstanceOf(Provisional.class);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(admission.connect(NAT, 0)).isEqualTo(new Refused(Refusal.FULL, 2));
        }
        for (int i = 0; i < ConnectionAdmission.MAX_PROVISIONAL_PER_ADDRESS; i++) {
            assertThat(admission.connect("10.0.0." + i, 0)).isInstanceOf(Provisional.class);
        }
        assertThat(admission.connect("10.0.1.1", 0)).isInstanceOf(Refused.class);
        assertThat(admission.provisional()).isEqualTo(ConnectionAdmission.MAX_PROVISIONAL);
        assertThat(admission.blocks().list(1)).isEmpty();
    }

    @Test
    void addressesAreForgottenAfterAMinuteAndNeverTooMany() {
        admission = with(1_000_000, 10);
        for (int i = 0; i < 3 * ConnectionAdmission.MAX_ADDRESSES; i++) {
            admission.connect("address " + i, i);
            assertThat(admission.addresses())
                    .isLessThanOrEqualTo(ConnectionAdmission.MAX_ADDRESSES);
        }
        admission.connect(NAT, 61 * SECOND);
        assertThat(admission.addresses()).isEqualTo(1);
    }

    @Test
    void limitsMayChangeWhileItRuns() {
        List<Slot> slots = fill(100);
        admission.configure(AdmissionSettings.of(50, 1));
        Slot resumed = provisional(NAT, 1);
        assertThat(admission.tokenAccepted(resumed, slots.get(0), 1)).isInstanceOf(Admitted.class);
        assertThat(admission.admitted()).isEqualTo(100);
        slots.subList(0, 51).forEach(slot -> admission.release(slot, 2));
        assertThat(admission.admitted()).isEqualTo(50);
        assertThat(admission.connect("10.0.2.1", 3)).isInstanceOf(Provisional.class);
        admission.release(resumed, 4);
        assertThat(admission.connect("10.0.2.2", 5)).isInstanceOf(Admitted.class);
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> AdmissionSettings.of(0, 1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> AdmissionSettings.of(1, -1)).hasMessageContaining("0 a minute");
        assertThatThrownBy(() -> new AdmissionSettings(1, 1, 0, 1, 1))
                .hasMessageContaining("positive times");
    }
}
