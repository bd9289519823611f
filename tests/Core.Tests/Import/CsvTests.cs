using System.Text;
using KenshinOtp.Import;

namespace KenshinOtp.Core.Tests.Import;

public sealed class CsvTests
{
    private const string Hex = "3132333435363738393031323334353637383930";

    private static readonly DateTimeOffset Now = new(2026, 4, 15, 0, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("HT000001,{0},SHA1,6,30,\n")]
    [InlineData("HT000001,{0},SHA1,6,30")]
    [InlineData("serial,secretHex,algorithm,digits,period,expiresAt\r\nHT000001,{0},SHA1,6,30,\r\n")]
    [InlineData("Serial,SecretHex,Algorithm,Digits,Period\nHT000001,{0},SHA1,6,30\n")]
    [InlineData("\uFEFFserial,secretHex,algorithm,digits,period,expiresAt\n\n \r\nHT000001,{0},SHA1,6,30,\n\n")]
    [InlineData("  ht000001 , {0},\"sha-1\" ,6, 30,2028-11-30T15:00:00Z \n")]
    [InlineData("ＨＴ０００００１,{0},HMAC-SHA1,6,30,2028-12-01T00:00:00+09:00")]
    public void The_form_of_a_line_is_taken_with_a_grain_of_salt(string file)
    {
        var token = Judged(string.Format(null, file, Hex)).ShouldHaveSingleItem().Token!;

        token.Serial.Value.ShouldBe("HT000001");
        Convert.ToHexString(token.Secret.Reveal()).ShouldBe(Hex);
        token.ExpiresAt.ShouldBeOneOf(null, new DateTimeOffset(2028, 11, 30, 15, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("HT000001,{0},SHA1,6", "columns_wrong")]
    [InlineData("HT000001,{0},SHA1,6,30,,", "columns_wrong")]
    [InlineData("HT,{0},SHA1,6,30,", "serial_invalid")]
    [InlineData("HT-00001,{0},SHA1,6,30,", "serial_invalid")]
    [InlineData(",{0},SHA1,6,30,", "serial_invalid")]
    [InlineData("HT000001,,SHA1,6,30,", "secret_invalid")]
    [InlineData("HT000001,{0}1,SHA1,6,30,", "secret_invalid")]
    [InlineData("HT000001,{0}zz,SHA1,6,30,", "secret_invalid")]
    [InlineData("HT000001,3132333435363738393031323334,SHA1,6,30,", "secret_too_short")]
    [InlineData("HT000001,{0}{0}{0}{0},SHA1,6,30,", "secret_too_long")]
    [InlineData("HT000001,{0},MD5,6,30,", "algorithm_unknown")]
    [InlineData("HT000001,{0},,6,30,", "algorithm_unknown")]
    [InlineData("HT000001,{0},SHA1,7,30,", "digits_unsupported")]
    [InlineData("HT000001,{0},SHA1,6,90,", "period_unsupported")]
    [InlineData("HT000001,{0},SHA1,6,30,2028-11-30", "expiry_invalid")]
    [InlineData("HT000001,{0},SHA1,6,30,2026-04-15T00:30:00Z", "expired")]
    public void What_a_token_cannot_be_is_told_by_code(string line, string code) =>
        Judged(string.Format(null, line, Hex)).ShouldHaveSingleItem().Refusal.ShouldBe(code);

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31T00:00:00+09:00")]
    public void The_end_of_the_calendar_means_never(string date) =>
        Judged($"HT000001,{Hex},SHA1,6,30,{date}").ShouldHaveSingleItem().Token!.ExpiresAt.ShouldBeNull();

    [Fact]
    public void What_is_valid_from_the_end_of_the_calendar_on_is_not_valid_yet() =>
        ImportEntry.Judge(Read($"HT000001,{Hex},SHA1,6,30").Single() with { NotBefore = "9999-12-31T00:00:00Z" }, Now).Refusal.ShouldBe("not_valid_yet");

    [Fact]
    public void A_line_that_is_refused_is_named_but_never_shows_what_may_be_a_secret() =>
        Judged($"serial,secretHex,algorithm,digits,period\n\n{Hex},HT000001,SHA1,6,30\nHT 2,{Hex},SHA1,6,30")
            .Select(entry => (entry.Line, entry.Serial)).ShouldBe([(3, null), (4, "HT 2")]);

    [Fact]
    public void Columns_in_another_order_and_endless_lines_refuse_the_file()
    {
        Refusal("serial,algorithm,secretHex,digits,period,expiresAt\n").ShouldBe("import_unreadable");
        Refusal("serial\n").ShouldBe("import_unreadable");
        Refusal(new string('x', 1001)).ShouldBe("import_unreadable");
        Should.Throw<DecoderFallbackException>(() => CsvTokens.Read(new MemoryStream([0x82, 0xA0, 0x0A])).ToList());
    }

    private static IReadOnlyList<ImportEntry> Judged(string file) => [.. Read(file).Select(raw => ImportEntry.Judge(raw, Now))];

    private static IReadOnlyList<RawEntry> Read(string file) => [.. CsvTokens.Read(new MemoryStream(Encoding.UTF8.GetBytes(file)))];

    private static string Refusal(string file) => Should.Throw<ImportRefusedException>(() => Read(file)).Problem.Code;
}
