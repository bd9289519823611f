using System.Net.Sockets;

namespace KenshinOtp.Outbox;

/// <summary>The way out for mail: SMTP, or a pickup directory.</summary>
public interface IMailTransport
{
    /// <summary>Hands one mail over. Never throws for what a mail server or a network may do.</summary>
    /// <param name="mail">Where to and from whom.</param>
    /// <param name="body">The opened text.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct);
}

public enum DeliveryVerdict
{
    /// <summary>Taken over by the next server.</summary>
    Accepted,

    /// <summary>This mail is refused for good (SMTP 5xx).</summary>
    Refused,

    /// <summary>This mail is refused for now (SMTP 4xx).</summary>
    Deferred,

    /// <summary>The server is not to be reached or does not let us in: no mail would pass now.</summary>
    Unreachable,
}

/// <param name="Verdict">What became of it.</param>
/// <param name="Answer">The server's words, for people; null when accepted.</param>
/// <param name="Fault">The SMTP code, or the kind of failure: one word for the log, which nobody outside has chosen; null when accepted.</param>
public readonly record struct DeliveryOutcome(DeliveryVerdict Verdict, string? Answer = null, string? Fault = null)
{
    /// <summary>The answer that no server gave: nobody sent a mail that was of no use any more (<see cref="OutboundMail.UselessAfter"/>).</summary>
    public const string TooLate = "Its time had passed before it could be sent.";

    /// <summary>The kind of a failure that is no server's reply: what the socket met, or else what was thrown.</summary>
    public static string KindOf(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
                return socket.SocketErrorCode.ToString();
        }

        return e.GetBaseException().GetType().Name;
    }
}
