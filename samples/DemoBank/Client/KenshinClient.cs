using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace KenshinOtp.DemoBank.Client;

/// <summary>
/// A bank's side of the one-time-password centre's HTTP API; copy it and go on from here.
/// The <see cref="HttpClient"/> brings the base address, the API key as bearer token and a time limit.
/// </summary>
public sealed class KenshinClient(HttpClient http, TimeProvider time)
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>What the centre asks for while its database is away. A customer sits before the screen: who would have to wait longer is better told.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task<Outcome<Contract>> PutContract(string serviceId, ContractParticulars particulars, CancellationToken ct) =>
        Call<Contract>(HttpMethod.Put, ContractPath(serviceId), particulars, idempotencyKey: null, ct);

    public Task<Outcome<Contract>> GetContract(string serviceId, CancellationToken ct) =>
        Call<Contract>(HttpMethod.Get, ContractPath(serviceId), body: null, idempotencyKey: null, ct);

    public Task<Outcome<ContractUser>> PutUser(string serviceId, string userId, UserParticulars particulars, CancellationToken ct) =>
        Call<ContractUser>(HttpMethod.Put, UserPath(serviceId, userId), particulars, idempotencyKey: null, ct);

    public Task<Outcome<ContractUser>> GetUser(string serviceId, string userId, CancellationToken ct) =>
        Call<ContractUser>(HttpMethod.Get, UserPath(serviceId, userId), body: null, idempotencyKey: null, ct);

    public Task<Outcome<InstitutionPolicy>> GetPolicy(CancellationToken ct) =>
        Call<InstitutionPolicy>(HttpMethod.Get, "api/v1/policy", body: null, idempotencyKey: null, ct);

    /// <param name="cursor">The answer's <c>NextCursor</c>; null for the first page.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Outcome<TokenPage>> ListTokens(string? cursor, CancellationToken ct) => Call<TokenPage>(
        HttpMethod.Get, "api/v1/tokens" + (cursor is null ? "" : $"?cursor={Uri.EscapeDataString(cursor)}"), body: null, idempotencyKey: null, ct);

    /// <summary>What happened since the last reading, oldest first. Where the cursor comes from another past of the centre, the refusal says from where to go on.</summary>
    /// <param name="cursor">The <c>NextCursor</c> that was kept; null for the first reading.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Outcome<EventPage>> ReadEvents(string? cursor, CancellationToken ct) => Call<EventPage>(
        HttpMethod.Get, "api/v1/events" + (cursor is null ? "" : $"?after={Uri.EscapeDataString(cursor)}"), body: null, idempotencyKey: null, ct);

    /// <summary>Brings a maker's file of hardware tokens. The same file again changes nothing; what is refused of it is named in the answer.</summary>
    public Task<Outcome<ImportResult>> ImportTokens(TokenDelivery delivery, string idempotencyKey, CancellationToken ct) =>
        Call<ImportResult>(HttpMethod.Post, "api/v1/tokens/import", delivery, idempotencyKey, ct);

    /// <summary>Checks a password. A wrong one is an answer, not a refusal: see <see cref="Verification.Reason"/>.</summary>
    /// <param name="request">Whose password, for which transaction.</param>
    /// <param name="idempotencyKey">
    /// One for each password that the user sends: the same form sent twice is one attempt. A key sent again repeats the old acceptance, so do one deed for each
    /// <see cref="Verification.VerificationId"/>.
    /// </param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Outcome<Verification>> Verify(VerificationRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Verification>(HttpMethod.Post, "api/v1/verifications", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Register(string serviceId, string userId, RegistrationRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/register", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Exchange(string serviceId, string userId, ExchangeRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/exchange", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Discontinue(
        string serviceId, string userId, DiscontinuationRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/discontinue", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Revoke(string serviceId, string userId, RevocationRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/revoke", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Suspend(string serviceId, string userId, StopRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/suspend", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Resume(string serviceId, string userId, StopRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/resume", request, idempotencyKey, ct);

    public Task<Outcome<Receipt>> Unlock(string serviceId, string userId, StopRequest request, string idempotencyKey, CancellationToken ct) =>
        Call<Receipt>(HttpMethod.Post, UserPath(serviceId, userId) + "/token/unlock", request, idempotencyKey, ct);

    /// <summary>Send the user's browser to the link at once: it works once and not for long.</summary>
    public Task<Outcome<HostedPageLink>> OpenHostedPage(HostedPageRequest request, CancellationToken ct) =>
        Call<HostedPageLink>(HttpMethod.Post, "api/v1/portal-sessions", request, idempotencyKey: null, ct);

    /// <summary>Ends a link and the session that it opened: call it when the user logs out of the bank.</summary>
    public Task<Outcome<ClosedHostedPage>> CloseHostedPage(string id, CancellationToken ct) =>
        Call<ClosedHostedPage>(HttpMethod.Delete, $"api/v1/portal-sessions/{Uri.EscapeDataString(id)}", body: null, idempotencyKey: null, ct);

    /// <summary>
    /// Repeats what may pass, if repeating cannot do a thing twice: reading, putting, deleting, and whatever carries a key. Waits as long as the centre asks to,
    /// or gives up at once where that is too long.
    /// </summary>
    private async Task<Outcome<T>> Call<T>(HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken ct)
        where T : class
    {
        var repeatable = method != HttpMethod.Post || idempotencyKey is not null;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await Once<T>(method, path, body, idempotencyKey, ct);
            if (outcome.Succeeded(out _, out var refusal) || !refusal.MayPass || !repeatable || attempt == MaxAttempts)
                return outcome;
            var pause = refusal.RetryAfter ?? Pause * attempt;
            if (pause > LongestPause)
                return outcome;
            await Task.Delay(pause, time, ct);
        }
    }

    private static HttpContent Content(object body) => body is TokenDelivery delivery
        ? new StringContent(delivery.Csv, Encoding.UTF8, MediaTypeNames.Text.Csv)
        : JsonContent.Create(body, body.GetType(), mediaType: null, Json);

    private async Task<Outcome<T>> Once<T>(HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken ct)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = Content(body);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await http.SendAsync(request, ct);
            return response.IsSuccessStatusCode
                ? new(await response.Content.ReadFromJsonAsync<T>(Json, ct) ?? throw new JsonException("The answer is empty."))
                : new(await Refusal.Read(response, ct));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new(Refusal.NoAnswer(e));
        }
    }

    private static string ContractPath(string serviceId) => $"api/v1/contracts/{Uri.EscapeDataString(serviceId)}";

    private static string UserPath(string serviceId, string userId) => $"{ContractPath(serviceId)}/users/{Uri.EscapeDataString(userId)}";
}
