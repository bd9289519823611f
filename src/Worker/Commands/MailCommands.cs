using System.CommandLine;
using System.Text.Json;
using KenshinOtp.Outbox;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary><c>mail bounce</c>: what comes back to an institution's sender address, handed over by the mail server.</summary>
internal static class MailCommands
{
    // With a file for an operator, without one for a mail server.
    private static readonly Argument<FileInfo> File =
        new Argument<FileInfo>("file") { Description = "The message; standard input if left away", Arity = ArgumentArity.ZeroOrOne }.AcceptExistingOnly();

    public static Command Create()
    {
        var bounce = new Command("bounce", "Takes one message to a sender address; if it reports that a mail could not be delivered, the mail is marked as failed") { File };
        OperatorCommands.Serve(bounce, Take, sendsMail: _ => false, hindered: Terminal.TryLater);
        return new Command("mail", "Mail that comes back") { bounce };
    }

    /// <remarks>Whatever the message is, it is done with: another exit code would have the mail server send a bounce, to an address that a stranger chose.</remarks>
    private static async Task<int> Take(IServiceProvider services, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await using var message = parsed.GetValue(File)?.OpenRead() ?? Terminal.Input();
        var taken = await services.GetRequiredService<TakeBounceHandler>().Handle(message, ct);
        if (taken.Outcome == BounceOutcome.Failed)
            return terminal.Say(new { result = "failed", mailId = taken.MailId }, $"Mail {taken.MailId} failed.");
        var reason = JsonNamingPolicy.CamelCase.ConvertName(taken.Outcome.ToString());
        return terminal.Say(new { result = "ignored", reason, mailId = taken.MailId }, $"Ignored: {Why(taken)}");
    }

    private static string Why(TakenBounce taken) => taken.Outcome switch
    {
        BounceOutcome.TooLarge => $"longer than {TakeBounceHandler.MaxBytes} bytes.",
        BounceOutcome.NotAReport => "no delivery report (RFC 3464) with the Message-ID of a mail.",
        BounceOutcome.NotGivenUp => "a report, but not that a mail was given up.",
        BounceOutcome.Unknown => "no mail has the Message-ID in it.",
        BounceOutcome.AlreadyFailed => $"mail {taken.MailId} has failed already.",
        BounceOutcome.Withdrawn => $"mail {taken.MailId} was withdrawn.",
        _ => $"mail {taken.MailId} arrived: its link has been used.",
    };
}
