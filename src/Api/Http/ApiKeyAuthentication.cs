using System.Security.Claims;
using System.Text.Encodings.Web;
using KenshinOtp.Audit;
using KenshinOtp.Institutions;
using KenshinOtp.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace KenshinOtp.Api.Http;

/// <summary>The relying party that calls: its key names the institution, and bounds what it can see.</summary>
internal sealed record ApiCaller(string KeyId, Caller Caller)
{
    /// <summary>Lets endpoints take the caller as a parameter.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<ApiCaller>());
}

/// <summary>
/// An endpoint whose use case has the database confirm in the transaction itself that the API key is valid and that no equal call was answered. Neither is asked
/// before: what was known of the API key some seconds ago will do.
/// </summary>
internal sealed class ConfirmsItsCall
{
    public static ConfirmsItsCall Instance { get; } = new();
}

/// <summary><c>Authorization: Bearer kotp_…</c> (RFC 6750 §2.1).</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys, RateLimits limits)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Prefix = "Bearer ";

    private static readonly Results.Problem Unknown =
        new(Results.ProblemKind.Unauthorized, "unauthorized", "Send a valid API key: Authorization: Bearer <api key>.");

    private Results.Problem? _refusal;

    /// <summary>
    /// Calls alone are looked up: a health check that brings a key, as gateways do, is answered while the database is away. And of keys that are not known here
    /// only so many for one address: a flood of made-up keys ends before the database.
    /// </summary>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!BareStatus.IsCall(Context) || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || !BearerCode.TryParse(header[Prefix.Length..].Trim(), out var code))
            return AuthenticateResult.NoResult();
        _refusal = keys.Knows(code) ? null : limits.StrangeKeyRefusal(Context);
        if (_refusal is not null)
            return AuthenticateResult.Fail("Too many unknown API keys");
        var confirmed = Context.GetEndpoint()?.Metadata.GetMetadata<ConfirmsItsCall>() is not null;
        if (await (confirmed ? keys.Recall(code, Context.RequestAborted) : new(keys.Find(code, Context.RequestAborted))) is not { } key)
        {
            limits.CountStrangeKey(Context);
            return AuthenticateResult.Fail("Unknown API key");
        }

        var actor = Actor.RelyingParty(key.Name, Context.Connection.RemoteIpAddress?.ToString());
        Context.Features.Set(new ApiCaller(key.Id, new Caller(key.Institution, actor)));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, key.Id)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Answer.Of(_refusal ?? Unknown).Write(Context);
    }
}
