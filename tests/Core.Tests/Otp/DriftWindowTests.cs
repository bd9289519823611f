using KenshinOtp.Otp;

namespace KenshinOtp.Core.Tests.Otp;

public sealed class DriftWindowTests
{
    private const long Now = 1_000_000;

    private static readonly TokenSecret Secret = TokenSecret.Random(OtpAlgorithm.Sha1);

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
        Find(new(Now, drift, Width: 1), Now + offset, after: 0).HasValue.ShouldBe(counts);

    [Fact]
    public void A_used_step_is_still_found_so_that_a_replay_can_be_told_from_a_mistake() =>
        Find(new(Now, Drift: 0, Width: 1), Now, after: Now).ShouldBe(Now);

    [Fact]
    public void Drift_is_followed_but_not_without_bound()
    {
        var window = new DriftWindow(Now, Drift: 0, Width: 1);

        window.DriftAfter(Now - 1).ShouldBe(-1);
        window.DriftAfter(Now + 5000).ShouldBe(DriftWindow.MaxDrift);
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

    private static long? Find(DriftWindow window, long step, long after)
    {
        OtpCode.TryParse(Totp.Compute(Secret.Reveal(), OtpAlgorithm.Sha1, 6, step), out var code).ShouldBeTrue();
        return window.Match(Secret, OtpAlgorithm.Sha1, 6, code, after);
    }
}
