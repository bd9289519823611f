using KenshinOtp.Api.Http;
using KenshinOtp.Contracts;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Api.RelyingParty;

internal static class ContractEndpoints
{
    private const int MaxNameLength = 100;

    public static void MapContracts(this IEndpointRouteBuilder routes)
    {
        var contract = routes.MapGroup("/contracts/{serviceId}").WithTags("Contracts");
        contract.MapPut("/", Put).WithName("putContract").Produces<ContractView>().Produces<ContractView>(201).WithSummary("Enters a contract or corrects its particulars");
        contract.MapGet("/", Get).WithName("getContract").Produces<ContractView>().WithSummary("A contract with its users");
        contract.MapDelete("/", Cancel).WithName("cancelContract").Produces<Receipt>().WithSummary("Cancellation: revokes every token");
        contract.MapPut("/users/{userId}", PutUser).WithName("putUser").Produces<UserView>().Produces<UserView>(201).WithSummary("Enters a user or corrects the particulars");
        contract.MapGet("/users/{userId}", GetUser).WithName("getUser").Produces<UserView>().WithSummary("A user with token and next step");
    }

    private static Task<Answer> Put(string serviceId, PutContractRequest body, ApiCaller api, PutContractHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new PutContract(
            api.Caller,
            errors.ServiceId(serviceId),
            errors.Line("name", body.Name, MaxNameLength),
            errors.Choice<TokenMode>("tokenMode", body.TokenMode),
            Branch.Read(body.Branch, errors),
            body.SharedSerial is null ? null : errors.Serial(body.SharedSerial, "sharedSerial"));
        if (body.SharedSerial is not null && request.TokenMode != TokenMode.Shared)
            errors.Add("sharedSerial", "sharedSerial belongs to the tokenMode shared alone.");
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static async Task<Answer> Get(string serviceId, ApiCaller api, ContractQueries queries, HttpContext http) =>
        ServiceId.TryParse(serviceId, out var id)
            ? (await queries.Contract(api.Caller, id, http.RequestAborted)).ToAnswer(http)
            : Answer.Of(Subjects.NoContract);

    private static async Task<Answer> Cancel(string serviceId, ApiCaller api, CancelContractHandler handler, HttpContext http) =>
        ServiceId.TryParse(serviceId, out var id)
            ? (await handler.Handle(new(api.Caller, id), http.RequestAborted)).ToAnswer(http)
            : Answer.Of(Subjects.NoContract);

    private static Task<Answer> PutUser(
        string serviceId, string userId, PutUserRequest body, ApiCaller api, PutUserHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new PutUser(
            api.Caller,
            errors.ServiceId(serviceId),
            errors.UserId(userId),
            errors.Line("displayName", body.DisplayName, MaxNameLength),
            errors.Choice<UserRole>("role", body.Role),
            body.OtpAtLogin);
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }

    private static async Task<Answer> GetUser(string serviceId, string userId, ApiCaller api, ContractQueries queries, HttpContext http)
    {
        if (!ServiceId.TryParse(serviceId, out var service))
            return Answer.Of(Subjects.NoContract);
        return UserId.TryParse(userId, out var user)
            ? (await queries.User(api.Caller, service, user, http.RequestAborted)).ToAnswer(http)
            : Answer.Of(Subjects.NoUser);
    }
}
