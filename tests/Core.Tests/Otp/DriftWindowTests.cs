using KenshinOtp.Otp;

namespace KenshinOtp.Core.Tests.Otp;

public sealed class DriftWindowTests
{
    private const int MaxSteps = DriftWindow.MaxDrift / 30;
    private const long Now = 1_000_000;

    private static readonly TokenSecret Secret = TokenSecret.Random(OtpAlgorithm.Sha1);

    // A secret whose passwords of two steps in a row, 145297 and 578021, come again sixteen steps later.
    private const long Once = 279_569_398, Again = 279_569_414;
    private static readonly TokenSecret Repeating = new("kenshin-otp collides"u8.ToArray());

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, -1, true)]
    [InlineData(0, 2, false)]
    [InlineData(5, 5, true)]
    [InlineData(5, 6, true)]
    [InlineData(5, 0, true)] // the phone's clock was set right in the meantime
    [InlineData(5, 3, false)]
    public void A_password_counts_near_the_true_time_and_near_the_measured_drift(int drift, int offset, bool counts) =>
        Find(new(Now, drift, Width: 1, Period: 30), Now + offset, after: 0).HasValue.ShouldBe(counts);

    [Fact]
    public void A_used_step_is_still_found_so_that_a_replay_can_be_told_from_a_mistake() =>
        Find(new(Now, Drift: 0, Width: 1, Period: 30), Now, after: Now).ShouldBe(Now);

    [Theory]
    [InlineData(0, Once)]
    [InlineData(Once, Again)]
    [InlineData(Again, Again)]
    public void Of_steps_with_the_same_password_the_first_that_is_not_used_up_counts_else_the_last(long after, long found)
    {
        var window = new DriftWindow(Step: Once + 8, Drift: 0, Width: 9, Period: 30);

        window.Match(Repeating, OtpAlgorithm.Sha1, 6, Password(Repeating, Again), after).ShouldBe(found);
        window.MatchPair(Repeating, OtpAlgorithm.Sha1, 6, Password(Repeating, Again - 1), Password(Repeating, Again), after).ShouldBe(found);
    }

    [Theory]
    [InlineData(-MaxSteps, 1, true)]
    [InlineData(-MaxSteps - 1, 1, false)]
    [InlineData(MaxSteps - 1, 1, true)]
    [InlineData(MaxSteps, 1, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, 2, false)]
    [InlineData(0, -1, false)]
    public void Two_passwords_in_a_row_are_found_as_far_off_as_drift_is_followed(int offset, int then, bool found)
    {
        var (first, second) = (Password(Secret, Now + offset), Password(Secret, Now + offset + then));

        new DriftWindow(Now, Drift: 0, Width: 1, Period: 30).MatchPair(Secret, OtpAlgorithm.Sha1, 6, first, second, after: 0).ShouldBe(found ? Now + offset + then : null);
    }

    [Fact]
    public void No_step_lies_before_1970()
    {
        var window = new DriftWindow(Step: 0, Drift: 0, Width: 5, Period: 30);

        window.Match(Secret, OtpAlgorithm.Sha1, 6, Password(Secret, -1), after: -9).ShouldBeNull();
        window.MatchPair(Secret, OtpAlgorithm.Sha1, 6, Password(Secret, -2), Password(Secret, -1), after: -9).ShouldBeNull();
    }

    [Fact]
    public void Drift_is_followed_but_not_without_bound()
    {
        var window = new DriftWindow(Now, Drift: 0, Width: 1, Period: 30);

        window.DriftAfter(Now - 1).ShouldBe(-1);
        window.DriftAfter(Now + 5000).ShouldBe(MaxSteps);
        window.DriftAfter(Now - 5000).ShouldBe(-MaxSteps);
    }

    [Theory]
    [InlineData(30, 1000)]
    [InlineData(60, 500)]
    public void Whatever_a_step_takes_a_clock_is_found_when_it_is_eight_hours_and_twenty_minutes_off_and_no_farther(int period, int farthest)
    {
        var window = new DriftWindow(Now, Drift: 0, Width: 1, period);

        foreach (var sign in new[] { 1, -1 })
        {
            window.DriftAfter(Now + (sign * 5000)).ShouldBe(sign * farthest);
            Pair(window, Now + (sign * (farthest - 1))).ShouldBe(Now + (sign * (farthest - 1)));
            Pair(window, Now + (sign * (farthest + 2))).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("123456", true)]
    [InlineData("１２３４５６", true)]
    [InlineData("12345678", true)]
    [InlineData("12345", false)]
    [InlineData("1234567", false)]
    [InlineData("12345a", false)]
    [InlineData("12 456", false)]
    [InlineData("٣٢١٣٢١", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_password_is_six_or_eight_digits(string? text, bool valid) => OtpCode.TryParse(text, out _).ShouldBe(valid);

    [Fact]
    public void Passwords_and_secrets_do_not_show_themselves()
    {
        OtpCode.TryParse("123456", out var code);

        $"{code} {Secret}".ShouldBe("[otp] [secret]");
    }

    private static long? Find(DriftWindow window, long step, long after) => window.Match(Secret, OtpAlgorithm.Sha1, 6, Password(Secret, step), after);

    private static OtpCode Password(TokenSecret secret, long step)
    {
        OtpCode.TryParse(Totp.Compute(secret.Reveal(), OtpAlgorithm.Sha1, 6, step), out var code).ShouldBeTrue();
        return code;
    }

    /// <summary>Finds the password of a step after that of the step before.</summary>
    private static long? Pair(DriftWindow window, long step)
    {
        OtpCode.TryParse(Totp.Compute(Secret.Reveal(), OtpAlgorithm.Sha1, 8, step - 1), out var first).ShouldBeTrue();
        OtpCode.TryParse(Totp.Compute(Secret.Reveal(), OtpAlgorithm.Sha1, 8, step), out var second).ShouldBeTrue();
        return window.MatchPair(Secret, OtpAlgorithm.Sha1, 8, first, second, after: 0);
    }
}
