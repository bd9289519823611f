using System.Buffers.Text;
using System.Text;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;

namespace KenshinOtp.Api.Tests;

public sealed class ImportTests : CentreTest
{
    private const string Csv = "text/csv", Pskc = "application/pskc+xml";
    private const string Header = "serial,secretHex,algorithm,digits,period,expiresAt";
    private const string Root = "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">";

    public static TheoryData<string, int, int, string> Kinds()
    {
        var kinds = new TheoryData<string, int, int, string>();
        foreach (var format in new[] { Csv, Pskc })
            foreach (var algorithm in new[] { "SHA1", "SHA256", "SHA512" })
                foreach (var digits in new[] { 6, 8 })
                    foreach (var period in new[] { 30, 60 })
                        kinds.Add(algorithm, digits, period, format);
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_imported_token_is_registered_and_verified_by_what_its_display_shows(string algorithm, int digits, int period, string format)
    {
        var token = new HardToken("HT000001", algorithm, digits, period);
        var imported = await Import(format == Csv ? token.Csv : PskcFile.Plain.Of(token), format);
        imported.Text.ShouldBe("""{"imported":1,"unchanged":0,"rejected":[],"rejectedCount":0,"truncated":false}""");
        var customer = await Bank.Customer();

        var registered = await Bank.Post(
            "contracts/S1000001/users/yamada/token/register", new { serial = "HT000001", otp = await token.Password(Centre.Now) });

        registered.Code.ShouldBe(200);
        (registered["token.kind"], registered["token.algorithm"], registered["token.digits"], registered["token.period"])
            .ShouldBe(("hardware", algorithm, $"{digits}", $"{period}"));
        Wait(minutes: 2);
        (await customer.Verify(await token.Password(Centre.Now)))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_device_keeps_its_secret_for_life_and_is_not_renewed()
    {
        var token = new HardToken("HT000001", "SHA1", 6, 30);
        await Import(token.Csv, Csv);
        var customer = await Bank.Customer();
        (await customer.Register("HT000001", await token.Password(Centre.Now))).Code.ShouldBe(200);
        Wait(minutes: 1);
        var password = await token.Password(Centre.Now);

        (await Centre.Phone().Renew(password, "HT000001")).Problem.ShouldBe("invalid_otp");

        (await customer.Verify(password))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task The_good_lines_are_kept_and_each_bad_one_is_named()
    {
        var (good, twin) = (new HardToken("HT000001", ExpiresAt: "2030-03-31T15:00:00Z"), new HardToken("HT000001"));

        var reply = await Import($"{Header}\r\n{good.Csv}\r\n\r\nHT000002,zz,SHA1,6,30,\r\n{twin.Csv}\r\n{new HardToken("HT000003").Csv}", Csv);

        (reply.Code, reply["imported"], reply["rejectedCount"]).ShouldBe((200, "2", "2"));
        reply["rejected"].ShouldBe("""[{"line":4,"serial":"HT000002","code":"secret_invalid"},{"line":5,"serial":"HT000001","code":"serial_duplicate"}]""");
        var tokens = (await Bank.Get("tokens")).Json.GetProperty("items").EnumerateArray().ToList();
        tokens.Select(token => $"{token.GetProperty("serial")} {token.GetProperty("status")} {token.GetProperty("expiresAt")}")
            .ShouldBe(["HT000001 unbound 2030-03-31T15:00:00Z", "HT000003 unbound "]);
        (await Audit.Actions(Centre)).ShouldContain("token.imported");
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_another_secret_for_a_serial_is_refused()
    {
        HardToken[] tokens = [new("HT000001", "SHA256", 8), new("HT000002")];
        var file = PskcFile.Plain.Of(tokens);
        (await Import(file, Pskc))["imported"].ShouldBe("2");
        await Bank.Customer();
        await Bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = "HT000001", otp = await tokens[0].Password(Centre.Now) });

        var again = await Import(file, Pskc);
        var other = await Import(new HardToken("HT000001", "SHA256", 8).Csv + "\n" + (tokens[1] with { Period = 60 }).Csv, Csv);

        again.Text.ShouldBe("""{"imported":0,"unchanged":2,"rejected":[],"rejectedCount":0,"truncated":false}""");
        other["rejected"].ShouldBe("""[{"line":1,"serial":"HT000001","code":"serial_exists"},{"line":2,"serial":"HT000002","code":"serial_exists"}]""");
    }

    [Fact]
    public async Task A_serial_of_another_institution_is_no_matter()
    {
        var other = await Centre.Bank("9002", "shinkin-business");
        await other.Import(new StringContent(new HardToken("HT000001").Csv), Csv);

        (await Import(new HardToken("HT000001").Csv, Csv))["imported"].ShouldBe("1");
    }

    [Fact]
    public async Task An_encrypted_container_opens_with_its_key_or_passphrase_alone()
    {
        var key = Convert.FromHexString("12345678901234567890123456789012");
        var withKey = PskcFile.WithKey(key).Of(new HardToken("HT000001"));
        var withPassphrase = PskcFile.WithPassphrase("合言葉").Of(new HardToken("HT000002"));
        var passphrase = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("合言葉"));

        (await Import(withKey, Pskc)).Problem.ShouldBe("import_key_required");
        (await Import(withPassphrase, Pskc)).Problem.ShouldBe("import_passphrase_required");
        (await Import(withKey, Pskc, ("Pskc-Key", new string('0', 64)))).Problem.ShouldBe("import_key_wrong");
        (await Import(withKey, Pskc, ("Pskc-Key", "nonsense"))).Json.GetProperty("errors").TryGetProperty("Pskc-Key", out _).ShouldBeTrue();
        (await Import(withKey, Pskc, ("Pskc-Passphrase", "%"))).Problem.ShouldBe("invalid_request");
        (await Import(withKey, Pskc, ("Pskc-Key", Convert.ToHexString(key))))["imported"].ShouldBe("1");
        (await Import(withPassphrase, Pskc, ("Pskc-Passphrase", passphrase)))["imported"].ShouldBe("1");
        Centre.Log.Text.ShouldNotContain(Convert.ToHexString(key));
        Centre.Log.Text.ShouldNotContain(passphrase);
    }

    [Fact]
    public async Task A_wrong_MAC_late_in_the_file_leaves_nothing_of_it()
    {
        var key = new byte[16];
        var file = PskcFile.WithKey(key).Of(Enumerable.Range(0, 1200).Select(i => new HardToken($"HT{i:D6}")));
        var at = file.LastIndexOf("<ValueMAC>", StringComparison.Ordinal) + "<ValueMAC>".Length;
        var changed = file[..at] + (file[at] == 'A' ? 'B' : 'A') + file[(at + 1)..];

        var reply = await Import(changed, Pskc, ("Pskc-Key", Convert.ToHexString(key)));

        (reply.Code, reply.Problem).ShouldBe((422, "import_mac_wrong"));
        await ShouldHaveImportedNothing();
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + Root + "<KeyPackage><Key Id=\"&e;\"/></KeyPackage></KeyContainer>", "import_unreadable")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>" + Root + "&c;</KeyContainer>", "import_unreadable")]
    [InlineData(Root + "<KeyPackage></KeyContainer>", "import_unreadable")]
    [InlineData(Root + "</KeyContainer>", "import_empty")]
    [InlineData("<html/>", "import_unreadable")]
    [InlineData("nonsense", "import_unreadable")]
    [InlineData("", "import_unreadable")]
    public async Task What_is_no_honest_container_is_refused(string file, string code)
    {
        var reply = await Import(file, Pskc);

        (reply.Code, reply.Problem).ShouldBe((422, code));
        reply.Text.ShouldNotContain("root:");
        await ShouldHaveImportedNothing();
    }

    [Fact]
    public async Task A_file_that_breaks_off_late_leaves_nothing_of_it()
    {
        var file = PskcFile.Plain.Of(Enumerable.Range(0, 1200).Select(i => new HardToken($"HT{i:D6}")));

        (await Import(file[..^20], Pskc)).Problem.ShouldBe("import_unreadable");
        (await Import(string.Join('\n', Enumerable.Range(0, 1200).Select(i => new HardToken($"HT{i:D6}").Csv)) + "\n" + new string('x', 2000), Csv))
            .Problem.ShouldBe("import_unreadable");
        (await Bank.Import(new ByteArrayContent([.. Encoding.ASCII.GetBytes(new HardToken("HT000001").Csv), 0x0A, 0x82, 0xA0]), Csv)).Problem.ShouldBe("import_unreadable");
        (await Import("", Csv)).Problem.ShouldBe("import_empty");
        await ShouldHaveImportedNothing();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/xml")]
    [InlineData("text/csv; charset=shift_jis")]
    public async Task Other_media_types_are_refused(string contentType)
    {
        var reply = await Import(new HardToken("HT000001").Csv, contentType);

        (reply.Code, reply.Problem).ShouldBe((415, "unsupported_media_type"));
    }

    [Fact]
    public async Task A_list_of_refusals_has_an_end()
    {
        var reply = await Import(string.Join('\n', Enumerable.Repeat("HT000001,zz,SHA1,6,30,", 1500)), Csv);

        (reply["imported"], reply["rejectedCount"], reply["truncated"]).ShouldBe(("0", "1500", "True"));
        reply.Json.GetProperty("rejected").GetArrayLength().ShouldBe(1000);
    }

    [Fact]
    public async Task A_repeated_import_gets_the_answer_of_the_first()
    {
        var file = string.Join('\n', Enumerable.Range(0, 1200).Select(i => new HardToken($"HT{i:D6}").Csv));

        var first = await Import(file, Csv, ("Idempotency-Key", "k-1"));
        var again = await Import(file, Csv, ("Idempotency-Key", "k-1"));

        first["imported"].ShouldBe("1200");
        again.Text.ShouldBe(first.Text);
        (await Import(file + "\n", Csv, ("Idempotency-Key", "k-1"))).Problem.ShouldBe("idempotency_key_reused");
        (await Audit.Actions(Centre)).Count(action => action == "token.imported").ShouldBe(3);
    }

    [Fact]
    public async Task Without_a_key_of_a_bank_nothing_is_read()
    {
        using var stranger = new HttpClient();
        var reply = await Reply.Of(stranger.PostAsync(new Uri(Centre.Url, "/api/v1/tokens/import"), new StringContent("x", Encoding.UTF8, Csv)));

        (reply.Code, reply.Problem).ShouldBe((401, "unauthorized"));
    }

    private Task<Reply> Import(string file, string contentType, params (string Name, string Value)[] headers) =>
        Bank.Import(new StringContent(file), contentType, headers);

    private async Task ShouldHaveImportedNothing() => (await Bank.Get("tokens")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
}
