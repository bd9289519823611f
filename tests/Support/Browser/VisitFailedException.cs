namespace KenshinOtp.Support.Browser;

/// <summary>A step on a page failed; the message says where its screenshot lies.</summary>
public sealed class VisitFailedException : Exception
{
    public VisitFailedException()
    {
    }

    public VisitFailedException(string message)
        : base(message)
    {
    }

    public VisitFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
