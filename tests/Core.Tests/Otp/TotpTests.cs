using System.Text;
using KenshinOtp.Otp;
using KenshinOtp.Support.Oath;

namespace KenshinOtp.Core.Tests.Otp;

public sealed class TotpTests
{
    [Theory] // RFC 6238 Appendix B
    [InlineData(59, OtpAlgorithm.Sha1, "94287082")]
    [InlineData(59, OtpAlgorithm.Sha256, "46119246")]
    [InlineData(59, OtpAlgorithm.Sha512, "90693936")]
    [InlineData(1111111109, OtpAlgorithm.Sha1, "07081804")]
    [InlineData(1111111109, OtpAlgorithm.Sha256, "68084774")]
    [InlineData(1111111109, OtpAlgorithm.Sha512, "25091201")]
    [InlineData(1111111111, OtpAlgorithm.Sha1, "14050471")]
    [InlineData(1111111111, OtpAlgorithm.Sha256, "67062674")]
    [InlineData(1111111111, OtpAlgorithm.Sha512, "99943326")]
    [InlineData(1234567890, OtpAlgorithm.Sha1, "89005924")]
    [InlineData(1234567890, OtpAlgorithm.Sha256, "91819424")]
    [InlineData(1234567890, OtpAlgorithm.Sha512, "93441116")]
    [InlineData(2000000000, OtpAlgorithm.Sha1, "69279037")]
    [InlineData(2000000000, OtpAlgorithm.Sha256, "90698825")]
    [InlineData(2000000000, OtpAlgorithm.Sha512, "38618901")]
    [InlineData(20000000000, OtpAlgorithm.Sha1, "65353130")]
    [InlineData(20000000000, OtpAlgorithm.Sha256, "77737706")]
    [InlineData(20000000000, OtpAlgorithm.Sha512, "47863826")]
    public void The_vectors_of_the_RFC_come_out(long seconds, OtpAlgorithm algorithm, string expected)
    {
        var secret = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1234567890", 7)))[..(int)algorithm];
        var step = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds), periodSeconds: 30);

        Totp.Compute(secret, algorithm, digits: 8, step).ShouldBe(expected);
    }

    [Theory]
    [InlineData(OtpAlgorithm.Sha1, 6, 60)]
    [InlineData(OtpAlgorithm.Sha1, 8, 30)]
    [InlineData(OtpAlgorithm.Sha256, 6, 30)]
    [InlineData(OtpAlgorithm.Sha512, 8, 60)]
    public async Task Oathtool_shows_the_same_digits(OtpAlgorithm algorithm, int digits, int period)
    {
        for (var i = 0; i < 10; i++)
        {
            var secret = TokenSecret.Random(algorithm).Reveal().ToArray();
            var at = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).AddSeconds(i * 86_399_123L);

            Totp.Compute(secret, algorithm, digits, Totp.StepAt(at, period))
                .ShouldBe(await OathTool.Totp(secret, algorithm.WireName(), digits, period, at, CancellationToken.None));
        }
    }
}
