using System.Text;
using KenshinOtp.Support.Oath;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That the oracle gives the values of RFC 6238, appendix B.</summary>
public sealed class OathToolTests
{
    private const string Digits = "1234567890";

    [Theory]
    [InlineData(59L, "SHA1", 20, "94287082")]
    [InlineData(59L, "SHA256", 32, "46119246")]
    [InlineData(59L, "SHA512", 64, "90693936")]
    [InlineData(1111111109L, "SHA1", 20, "07081804")]
    [InlineData(1111111111L, "SHA256", 32, "67062674")]
    [InlineData(2000000000L, "SHA512", 64, "38618901")]
    [InlineData(20000000000L, "SHA1", 20, "65353130")]
    public async Task The_tool_agrees_with_the_standard(long unixSeconds, string algorithm, int secretLength, string expected)
    {
        var secret = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Digits, 7))[..secretLength]);

        var password = await OathTool.Totp(
            secret, algorithm, digits: 8, periodSeconds: 30, DateTimeOffset.FromUnixTimeSeconds(unixSeconds), CancellationToken.None);

        password.ShouldBe(expected);
    }
}
