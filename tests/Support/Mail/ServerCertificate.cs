using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KenshinOtp.Support.Mail;

/// <summary>A certificate for a server at 127.0.0.1, which vouches for itself.</summary>
public sealed record ServerCertificate(string CertificatePem, string KeyPem)
{
    /// <summary>Names the file of certificates that a process trusts.</summary>
    public const string TrustVariable = "SSL_CERT_FILE";

    public static ServerCertificate Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.kenshin.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public override string ToString() => "certificate";
}
