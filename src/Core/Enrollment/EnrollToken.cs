using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Enrollment;

/// <param name="Institution">Whose token it will be.</param>
/// <param name="Device">The device's public key, or null.</param>
/// <param name="Actor">The app and its address.</param>
public sealed record EnrollToken(InstitutionCode Institution, DeviceKey? Device, Actor Actor);

/// <summary>An institution whose tokens apps make for themselves.</summary>
public sealed record EnrollingInstitution(string Code, string Name, string AccentColor);

/// <summary>The app makes its own token at its first start. Nobody owns it until somebody registers its serial number.</summary>
public sealed class EnrollTokenHandler(
    Database database, InstitutionStore institutions, TokenStore tokens, TokenSecrets secrets, Journal journal, TimeProvider time)
{
    private static readonly Problem Unknown = Problem.NotFound("institution_not_found", "No such institution.");

    private static readonly Problem ByMail =
        Problem.Conflict("not_self_enrolled", "This institution's tokens are issued by mail, not made by the app.");

    public async Task<Result<Credential>> Handle(EnrollToken request, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (await institutions.ByCode(tx, request.Institution, ct) is not { } institution)
            return Unknown;
        if (institution.ProvisionsByMail)
            return ByMail;
        if (institution.Policy.RequireSealedDelivery && request.Device is null)
            return TokenProblems.SealedOnly;

        var policy = institution.Policy;
        var (id, secret) = (Ids.New(now), TokenSecret.Random(policy.Algorithm));
        var token = new Token
        {
            Id = id,
            InstitutionId = institution.Id,
            Kind = TokenKind.SelfEnrolled,
            Serial = await tokens.FreeSerial(tx, policy.SerialPrefix, ct),
            Status = TokenStatus.Unbound,
            Algorithm = policy.Algorithm,
            Digits = policy.Digits,
            Period = policy.Period,
            Secret = secrets.Seal(id, secret),
            IssuedAt = now,
            ExpiresAt = policy.ExpiryFrom(now),
            UnboundSince = now,
        };
        await tokens.Insert(tx, token, ct);
        await journal.Write(tx, new Entry("token.enrolled", request.Actor, institution.Id) { Serial = token.Serial.Value }, now, ct);
        return await tx.Commit(Credential.Of(token, token.ExpiresAt, institution, serviceId: null, userId: null, secret, request.Device, now), ct);
    }

    /// <summary>The institutions to choose from at the app's first start.</summary>
    public async Task<IReadOnlyList<EnrollingInstitution>> Choices(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return [.. (await institutions.All(session, ct)).Where(institution => !institution.ProvisionsByMail)
            .Select(institution => new EnrollingInstitution(institution.Code.ToString(), institution.Name, institution.Policy.AccentColor))];
    }
}
