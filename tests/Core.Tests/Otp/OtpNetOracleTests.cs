using System.Security.Cryptography;
using KenshinOtp.Otp;
using OtpNet;
using Totp = KenshinOtp.Otp.Totp;

namespace KenshinOtp.Core.Tests.Otp;

/// <summary>A second oracle beside <c>oathtool</c>, and a fast one: many secrets and times.</summary>
public sealed class OtpNetOracleTests
{
    private const int Rounds = 500;

    public static TheoryData<OtpAlgorithm, int, int> Kinds
    {
        get
        {
            var kinds = new TheoryData<OtpAlgorithm, int, int>();
            foreach (var algorithm in Enum.GetValues<OtpAlgorithm>())
                foreach (var digits in new[] { 6, 8 })
                    foreach (var period in new[] { 30, 60 })
                        kinds.Add(algorithm, digits, period);
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Otp_NET_shows_the_same_digits(OtpAlgorithm algorithm, int digits, int period)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var secret = TokenSecret.Random(algorithm).Reveal().ToArray();
            var at = DateTimeOffset.FromUnixTimeSeconds(RandomNumberGenerator.GetInt32(int.MaxValue));

            Totp.Compute(secret, algorithm, digits, Totp.StepAt(at, period))
                .ShouldBe(new OtpNet.Totp(secret, period, Mode(algorithm), digits).ComputeTotp(at.UtcDateTime), $"{algorithm}, {Convert.ToHexString(secret)}, {at:O}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Otp_NET_accepts_what_is_shown_and_finds_its_step(OtpAlgorithm algorithm, int digits, int period)
    {
        var secret = TokenSecret.Random(algorithm).Reveal().ToArray();
        var at = DateTimeOffset.FromUnixTimeSeconds(RandomNumberGenerator.GetInt32(1_000_000_000, int.MaxValue));
        var shown = Totp.Compute(secret, algorithm, digits, Totp.StepAt(at, period));
        var oracle = new OtpNet.Totp(secret, period, Mode(algorithm), digits);

        oracle.VerifyTotp(at.AddSeconds(period).UtcDateTime, shown, out var step, VerificationWindow.RfcSpecifiedNetworkDelay).ShouldBeTrue();
        step.ShouldBe(Totp.StepAt(at, period));
    }

    private static OtpHashMode Mode(OtpAlgorithm algorithm) => algorithm switch
    {
        OtpAlgorithm.Sha1 => OtpHashMode.Sha1,
        OtpAlgorithm.Sha256 => OtpHashMode.Sha256,
        _ => OtpHashMode.Sha512,
    };
}
