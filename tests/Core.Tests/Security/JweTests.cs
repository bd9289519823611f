using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KenshinOtp.Security;

namespace KenshinOtp.Core.Tests.Security;

public sealed class JweTests
{
    [Fact]
    public void The_key_agreement_of_RFC_7518_Appendix_C_comes_out()
    {
        using var alice = Key("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps", "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        using var bob = Key("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck", "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        byte[] otherInfo =
        [
            .. Length("A128GCM"), .. Encoding.ASCII.GetBytes("A128GCM"), .. Length("Alice"), .. Encoding.ASCII.GetBytes("Alice"),
            .. Length("Bob"), .. Encoding.ASCII.GetBytes("Bob"), 0, 0, 0, 128,
        ];

        var derived = alice.DeriveKeyFromHash(bob.PublicKey, HashAlgorithmName.SHA256, [0, 0, 0, 1], otherInfo)[..16];

        Base64Url.EncodeToString(derived).ShouldBe("VqqN6vgjbSBcIijNcacQGg");
        Jwe.OtherInfo("A256GCM", 256).ShouldBe([.. Length("A256GCM"), .. Encoding.ASCII.GetBytes("A256GCM"), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    }

    [Fact]
    public void Only_the_device_that_made_the_key_reads_the_secret()
    {
        using var device = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] secret = RandomNumberGenerator.GetBytes(20);

        var jwe = Jwe.SealOctetKey(secret, Public(device));

        Open(jwe, device).ShouldBe(secret);
        using var stranger = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Should.Throw<CryptographicException>(() => Open(jwe, stranger));
    }

    private static byte[] Length(string text) => [0, 0, 0, (byte)text.Length];

    private static ECDiffieHellman Key(string x, string y, string d) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        D = Base64Url.DecodeFromChars(d),
    });

    private static DeviceKey Public(ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        DeviceKey.TryParse("EC", "P-256", Base64Url.EncodeToString(q.X), Base64Url.EncodeToString(q.Y), out var device).ShouldBeTrue();
        return device;
    }

    private static byte[] Open(string jwe, ECDiffieHellman device)
    {
        var parts = jwe.Split('.');
        parts.Length.ShouldBe(5);
        parts[1].ShouldBeEmpty();
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        header.GetProperty("alg").GetString().ShouldBe("ECDH-ES");
        header.GetProperty("enc").GetString().ShouldBe("A256GCM");
        var epk = header.GetProperty("epk");
        using var sender = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(epk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(epk.GetProperty("y").GetString()) },
        });
        var ciphertext = Base64Url.DecodeFromChars(parts[3]);
        var plaintext = new byte[ciphertext.Length];
        using var aes = new AesGcm(Jwe.AgreeOnKey(device, sender.PublicKey), 16);
        aes.Decrypt(Base64Url.DecodeFromChars(parts[2]), ciphertext, Base64Url.DecodeFromChars(parts[4]), plaintext, Encoding.ASCII.GetBytes(parts[0]));
        var jwk = JsonDocument.Parse(plaintext).RootElement;
        jwk.GetProperty("kty").GetString().ShouldBe("oct");
        return Base64Url.DecodeFromChars(jwk.GetProperty("k").GetString());
    }
}
