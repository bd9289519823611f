using System.Text;
using KenshinOtp.Import;
using KenshinOtp.Support.Import;

namespace KenshinOtp.Core.Tests.Import;

public sealed class PskcTests
{
    private const string Known = "3132333435363738393031323334353637383930";

    private static readonly ImportKeys PreShared = new(Convert.FromHexString("12345678901234567890123456789012"), passphrase: null);
    private static readonly ImportKeys Qwerty = new(preSharedKey: null, "qwerty"u8.ToArray());

    [Fact]
    public void Figure_2_is_a_plain_key() => Secrets(Rfc6030.Figure2).ShouldBe(["12345678:31323334"]);

    [Fact]
    public void Figure_4_has_no_secret_of_its_own() => Secrets(Rfc6030.Figure4).ShouldBe(["987654321:"]);

    [Fact]
    public void Figure_5_is_a_plain_key_and_its_PIN() => Secrets(Rfc6030.Figure5).ShouldBe([$"987654321:{Known}", "987654321:31323334"]);

    [Fact]
    public void Figure_6_opens_with_the_pre_shared_key() => Secrets(Rfc6030.Figure6, PreShared).ShouldBe([$"987654321:{Known}"]);

    [Fact]
    public void Figure_7_opens_with_the_passphrase() => Secrets(Rfc6030.Figure7, Qwerty).ShouldBe([$"987654321:{Known}"]);

    [Fact]
    public void Figure_10_is_several_devices() =>
        Secrets(Rfc6030.Figure10).ShouldBe([$"654321:{Known}", $"123456:{Known}", $"9999999:{Known}", $"9999999:{Known}"]);

    [Fact]
    public void The_keys_of_the_figures_are_not_time_based()
    {
        string[] figures = [Rfc6030.Figure2, Rfc6030.Figure4, Rfc6030.Figure5, Rfc6030.Figure10];

        figures.SelectMany(figure => Read(figure)).Select(entry => entry.Refusal).Distinct().ShouldBe(["not_time_based"]);
    }

    [Fact]
    public void An_entry_knows_its_line() => Read(Rfc6030.Figure5).Select(entry => entry.Line).ShouldBe([5, 36]);

    [Theory]
    [InlineData("Su+NvtQfmvfJzF6bmQiJqoLRExc=", "Tu+NvtQfmvfJzF6bmQiJqoLRExc=", "import_mac_wrong")]
    [InlineData("AAECAwQFBgcICQoLDA0OD+cI", "AAECAwQFBgcICQoLDA0OD+cJ", "import_mac_wrong")]
    [InlineData("AAECAwQFBgcICQoLDA0OD+cI", "AAECAwQFBgcICQoLDA0OE+cI", "import_mac_wrong")] // the initialisation vector is under the MAC too
    [InlineData("<ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=", "<ValueMAC>", "import_mac_missing")]
    [InlineData("xmldsig#hmac-sha1", "xmldsig#hmac-md5", "import_encryption_unsupported")]
    [InlineData("xmlenc#aes128-cbc", "xmlenc#tripledes-cbc", "import_encryption_unsupported")]
    [InlineData("<ds:KeyName>Pre-shared-key</ds:KeyName>", "<ds:X509Data/>", "import_encryption_unsupported")]
    [InlineData("<KeyPackage>", "<EncryptionKey/><KeyPackage>", "import_unreadable")]
    [InlineData("Version=\"1.0\"", "Version=\"2.0\"", "import_unreadable")]
    [InlineData("keyprov:pskc\"", "keyprov:other\"", "import_unreadable")]
    public void A_changed_container_is_refused_as_a_whole(string before, string after, string code)
    {
        Rfc6030.Figure6.ShouldContain(before);

        Refusal(Rfc6030.Figure6.Replace(before, after, StringComparison.Ordinal), PreShared).ShouldBe(code);
    }

    [Fact]
    public void A_secret_in_the_clear_in_an_encrypted_file_is_somebody_elses()
    {
        var file = Rfc6030.Figure6;
        var (from, to) = (file.IndexOf("<EncryptedValue>", StringComparison.Ordinal), file.IndexOf("</ValueMAC>", StringComparison.Ordinal) + "</ValueMAC>".Length);

        Refusal(file[..from] + "<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue>" + file[to..], PreShared).ShouldBe("import_mac_missing");
    }

    [Fact]
    public void A_wrong_key_or_passphrase_opens_nothing()
    {
        Refusal(Rfc6030.Figure6, ImportKeys.None).ShouldBe("import_key_required");
        Refusal(Rfc6030.Figure6, Qwerty).ShouldBe("import_key_required");
        Refusal(Rfc6030.Figure7, PreShared).ShouldBe("import_passphrase_required");
        Refusal(Rfc6030.Figure6, new ImportKeys(new byte[32], passphrase: null)).ShouldBe("import_key_wrong");
        Refusal(Rfc6030.Figure6, new ImportKeys(new byte[16], passphrase: null)).ShouldBeOneOf("import_key_wrong", "import_mac_wrong");
        Refusal(Rfc6030.Figure7, new ImportKeys(null, "azerty"u8.ToArray())).ShouldBeOneOf("import_key_wrong", "import_mac_wrong");
    }

    [Theory]
    [InlineData("<IterationCount>1000", "<IterationCount>1000001")]
    [InlineData("<IterationCount>1000", "<IterationCount>0")]
    [InlineData("<KeyLength>16", "<KeyLength>65")]
    [InlineData("<Specified>Ej7/PEpyEpw=", "<Specified>Ej7/PA==")]
    [InlineData("<PRF/>", "<PRF Algorithm=\"hmac-md5\"/>")]
    [InlineData("pkcs-5v2-0#pbkdf2", "pkcs-5v2-0#scrypt")]
    public void A_key_derivation_out_of_bounds_is_refused(string before, string after)
    {
        Rfc6030.Figure7.ShouldContain(before);

        Refusal(Rfc6030.Figure7.Replace(before, after, StringComparison.Ordinal), Qwerty).ShouldBe("import_encryption_unsupported");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Every_length_of_AES_key_opens_its_file(int bytes)
    {
        var (key, token) = (new byte[bytes], new HardToken("HT000001", "SHA512", 8, 60));

        var entry = Read(PskcFile.WithKey(key).Of(token), new ImportKeys(key, passphrase: null)).ShouldHaveSingleItem();

        entry.Secret!.Reveal().ToArray().ShouldBe(token.Secret);
        (entry.Algorithm, entry.Digits, entry.Period, entry.Refusal).ShouldBe(("HMAC-SHA512", "8", "60", null));
    }

    [Theory]
    [InlineData("Encoding=\"DECIMAL\"", "Encoding=\"HEXADECIMAL\"", "format_unsupported")]
    [InlineData("Encoding=\"DECIMAL\"", "CheckDigits=\"true\"", "format_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<KeyUsage>Encrypt</KeyUsage><KeyUsage>Verify</KeyUsage>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<KeyUsage>CR</KeyUsage><KeyUsage>OTP</KeyUsage>", null)]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<PINPolicy PINUsageMode=\"Prepend\"/>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<NumberOfTransactions>9</NumberOfTransactions>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<KeyUsage>OTP</KeyUsage><ext:ValidOnlyInBranch xmlns:ext=\"urn:vendor\"/>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<KeyUsage>OTP</KeyUsage><ext:StartDate xmlns:ext=\"urn:vendor\"/>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<KeyUsage>OTP</KeyUsage><ValidOnlyInBranch>001</ValidOnlyInBranch>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<PINPolicy MinLength=\"4\"><ext:Biometric xmlns:ext=\"urn:vendor\"/></PINPolicy>", "policy_unsupported")]
    [InlineData("<KeyUsage>OTP</KeyUsage>", "<StartDate>2020-01-01T00:00:00Z</StartDate><ExpiryDate>2036-01-01T00:00:00Z</ExpiryDate><PINPolicy MinLength=\"4\"/><KeyUsage>OTP</KeyUsage>", null)]
    [InlineData("</Key>", "<Extensions><ext:ValidOnlyInBranch xmlns:ext=\"urn:vendor\"/></Extensions></Key>", null)]
    [InlineData("<Issuer>", "<Issuer xmlns=\"urn:other\"><Secret/></Issuer><Issuer>", null)]
    [InlineData("<SerialNo>", "<SerialNo>HT9</SerialNo><SerialNo>", "entry_malformed")]
    [InlineData("</Key>", "</Key><Key/>", "entry_malformed")]
    public void What_the_centre_cannot_do_for_a_key_is_told(string before, string after, string? code)
    {
        var file = PskcFile.Plain.Of(new HardToken("HT000001"));
        file.ShouldContain(before);

        Read(file.Replace(before, after, StringComparison.Ordinal)).ShouldHaveSingleItem().Refusal.ShouldBe(code);
    }

    [Fact]
    public void Neither_entities_nor_sections_nor_endless_things_get_in()
    {
        const string root = "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">";

        Refusal("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + root + "</KeyContainer>").ShouldBe("import_unreadable");
        Refusal(root + "<![CDATA[<<<<]]></KeyContainer>").ShouldBe("import_unreadable");
        Refusal(root + "<Extensions>" + new string('x', 70_000) + "</Extensions></KeyContainer>").ShouldBe("import_unreadable");
        Refusal(root + "<Extensions a=\"" + new string('>', 70_000) + "\"/></KeyContainer>").ShouldBe("import_unreadable");
        Refusal(root + string.Concat(Enumerable.Repeat("<a>", 100))).ShouldBe("import_unreadable");
        Refusal(root + "<KeyPackage>" + string.Concat(Enumerable.Repeat("<Key>", 100))).ShouldBe("import_unreadable");
        Refusal(root + string.Concat(Enumerable.Range(0, 3000).Select(i => $"<a{i}/>"))).ShouldBe("import_unreadable");
    }

    private static IReadOnlyList<string> Secrets(string file, ImportKeys? keys = null) =>
        [.. Read(file, keys).Select(entry => $"{entry.Serial}:{(entry.Secret is { } secret ? Convert.ToHexStringLower(secret.Reveal()) : "")}")];

    private static IReadOnlyList<RawEntry> Read(string file, ImportKeys? keys = null) =>
        [.. PskcTokens.Read(new MemoryStream(Encoding.UTF8.GetBytes(file)), keys ?? ImportKeys.None)];

    private static string Refusal(string file, ImportKeys? keys = null) =>
        Should.Throw<ImportRefusedException>(() => Read(file, keys)).Problem.Code;
}
