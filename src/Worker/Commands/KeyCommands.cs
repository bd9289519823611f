using System.CommandLine;
using System.Globalization;
using KenshinOtp.Configuration;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary><c>keys rotate</c>: a new master key.</summary>
internal static class KeyCommands
{
    private static readonly Option<bool> Prepare = new("--prepare")
    {
        Description = "Only make the key, for it to be copied to every host; or prove that this host has the prepared one",
    };

    private static readonly Option<bool> DiscardPrepared = new("--discard-prepared")
    {
        Description = "Give up the prepared key, for no host has its file any more; refused if anything is sealed with it",
    };

    public static Command Create()
    {
        var rotate = new Command("rotate", "Makes a new master key and seals everything anew with it; goes on with what was stopped") { Prepare, DiscardPrepared };
        rotate.Validators.Add(result =>
        {
            if (result.GetValue(Prepare) && result.GetValue(DiscardPrepared))
                result.AddError("--prepare and --discard-prepared do not go together: first the one is given up, then the next is made.");
        });
        OperatorCommands.Serve(rotate, (services, terminal, parsed, ct) =>
            parsed.GetValue(Prepare) ? MakeReady(services, terminal, ct)
            : parsed.GetValue(DiscardPrepared) ? Discard(services, terminal, ct)
            : Rotate(services, terminal, new ProgressBar(parsed.InvocationConfiguration.Error), ct));
        return new Command("keys", "Master keys") { rotate };
    }

    private static async Task<int> Discard(IServiceProvider services, Terminal terminal, CancellationToken ct) =>
        (await services.GetRequiredService<KeyRotation>().Discard(ct)).Succeeded(out var key, out var problem)
            ? terminal.Say(new { key, discarded = true }, $"Gave up key {key}: nothing was sealed with it, and no other key gets its number.", "Then make the next one: kenshin-otp keys rotate --prepare")
            : terminal.Refuse(problem);

    private static async Task<int> MakeReady(IServiceProvider services, Terminal terminal, CancellationToken ct)
    {
        if (!(await services.GetRequiredService<KeyRotation>().Prepare(ct)).Succeeded(out var key, out var problem))
            return terminal.Refuse(problem);
        var file = Path.GetFullPath(Path.Combine(services.GetRequiredService<Settings>().KeysDirectory, FileKeyRing.FileName(key.Key)));
        return terminal.Say(
            new { key.Key, key.Made, file },
            key.Made
                ? [$"Made key {key.Key}, which seals nothing yet: {file}", "Copy it to every host of the API and of a worker; there this command proves that it arrived.", "Then run: kenshin-otp keys rotate"]
                : [$"Key {key.Key} is prepared, and it is here: {file}"]);
    }

    private static async Task<int> Rotate(IServiceProvider services, Terminal terminal, ProgressBar bar, CancellationToken ct)
    {
        try
        {
            var rotated = await services.GetRequiredService<KeyRotation>().Rotate(bar.Show, ct);
            bar.Finish();
            var said = terminal.Say(
                new { rotated.Key, rotated.Resumed, rotated.Complete, rotated.Resealed, rotated.OldKeys },
                [Headline(rotated), .. rotated.Resealed.Values.Select(column => Line(column.Value, column.Key)), .. Unopened(rotated.Resealed), .. OldKeys(rotated.OldKeys)]);
            return rotated.Complete ? said : Terminal.Refused;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            bar.Finish();
            return terminal.Refuse("cancelled", "Stopped before it was done. Run it again: it goes on with the same key.");
        }
    }

    private static string Headline(RotatedKeys rotated) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(rotated.Resumed ? "Went on with the rotation: key" : "Key")} {rotated.Key} seals now; {rotated.Resealed.Total} values were sealed anew{(rotated.Complete ? "." : ", NOT ALL.")}");

    private static IEnumerable<string> Unopened(Resealed resealed)
    {
        if (resealed.UnopenedCount == 0)
            yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"{resealed.UnopenedCount} values do not open and were left alone:");
        foreach (var value in resealed.Unopened)
            yield return $"  {value.Column} of {value.Id}: {value.Reason}";
        yield return "Bring back the missing key, or revoke the token or reset the member of staff; then run it again.";
    }

    private static IEnumerable<string> OldKeys(IReadOnlyList<OldKey> keys)
    {
        if (keys.Count > 0)
            yield return "Earlier keys stay where they are. They are still needed by:";
        foreach (var key in keys)
            yield return $"  {key.Key}: {(key.IsNeeded() ? Needs(key) : "archives of the audit trail")}{(key.Here ? "" : " (MISSING here)")}";
    }

    /// <summary>What in the database needs a key: <c>2 passwords of staff, the audit trail</c>.</summary>
    public static string Needs(OldKey key) => string.Join(", ",
    [
        .. Need(key.SealedValues, "sealed values"), .. Need(key.StaffPasswords, "passwords of staff"), .. Need(key.ActivationPins, "activation PINs"),
        .. Need(key.RememberedCalls, "remembered calls"), .. key.AuditTrail ? ["the audit trail"] : Array.Empty<string>(),
    ]);

    private static string[] Need(long count, string what) => count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{count} {what}")];

    private static string Line(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"  {what}: {count}");
}
