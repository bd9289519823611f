using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Registration;

/// <summary>What a change of the token mode does to the tokens that a contract has.</summary>
public sealed class TokenModes(ContractStore contracts, TokenUsers tokenUsers, TokenStore tokens, Retirement retirement, Journal journal)
{
    /// <summary>
    /// Makes the contract's tokens fit the new mode. To <c>shared</c>: the one token goes to every user, others are released. To <c>individual</c>: of
    /// several users of a token its holder keeps it, the others have none. To <c>grouped</c>: everything stays.
    /// </summary>
    /// <param name="tx">The change.</param>
    /// <param name="contract">The contract as it was.</param>
    /// <param name="to">The mode that it changes to.</param>
    /// <param name="sharedSerial">Which token all will share; may be null where there is one alone, or none.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="now">The instant of the change.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Why it cannot be, or null.</returns>
    public async Task<Problem?> Fit(
        Tx tx, Contract contract, TokenMode to, SerialNumber? sharedSerial, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var live = await tokens.LiveOf(tx, contract.Id, ct);
        var users = await contracts.Users(tx, contract, ct);
        switch (to)
        {
            case TokenMode.Shared when live.Count > 0 || sharedSerial is not null:
                return await Share(tx, contract, live, sharedSerial, caller, now, ct);
            case TokenMode.Individual:
                foreach (var token in live)
                    await Part(tx, contract, token, [.. users.Where(user => user.TokenId == token.Id)], caller, now, ct);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Who keeps a token that several users have when each gets an own one: its holder, else the first of them.</summary>
    public static User? Keeper(Token token, IReadOnlyList<User> users) => users.FirstOrDefault(user => user.Id == token.HolderId) ?? users.FirstOrDefault();

    /// <summary>The token that all shall share is not told, or is none of those that live.</summary>
    public static Problem NotShared(IReadOnlyList<Token> live, SerialNumber? sharedSerial) => Problem.Conflict("token_mode_in_use", sharedSerial is null
            ? "Several tokens live: name in sharedSerial the one that all users will share; the others are released."
            : "No living token of the contract has the serial number in sharedSerial.")
        .With("serials", live.Select(token => token.Serial.Value).ToArray());

    private async Task<Problem?> Share(
        Tx tx, Contract contract, IReadOnlyList<Token> live, SerialNumber? sharedSerial, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var chosen = sharedSerial is { } serial ? live.FirstOrDefault(token => token.Serial == serial) : live.Count == 1 ? live[0] : null;
        if (chosen is null)
            return NotShared(live, sharedSerial);

        foreach (var token in live.Where(token => token.Id != chosen.Id))
        {
            if (!await retirement.Release(tx, token, now, ct))
                throw new LostRaceException($"Token {token.Id} changed while its contract was held.");
            await Note(tx, contract, user: null, token, caller, now, ct);
        }

        await tokenUsers.AssignToAll(tx, contract, chosen.Id, ct);
        if (chosen.ConfirmedAt is not null)
            await tokenUsers.EndGrace(tx, chosen.Id, ct);
        return null;
    }

    private async Task Part(Tx tx, Contract contract, Token token, IReadOnlyList<User> users, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var keeper = Keeper(token, users);
        foreach (var user in users.Where(user => user != keeper))
        {
            await tokenUsers.Detach(tx, user, token, now, ct);
            await Note(tx, contract, user, token, caller, now, ct);
        }
    }

    private Task Note(Tx tx, Contract contract, User? user, Token token, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, new Entry("token.discontinued", caller.Actor, contract.InstitutionId)
        {
            ServiceId = contract.ServiceId.Value,
            UserId = user?.UserId.Value,
            Serial = token.Serial.Value,
            Detail = "token mode changed",
            Announce = true,
        }, now, ct);
}
