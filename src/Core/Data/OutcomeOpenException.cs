namespace KenshinOtp.Data;

/// <summary>A commit failed in such a way that nobody knows whether the change is there. Asked again with the same key, the caller learns it.</summary>
public sealed class OutcomeOpenException(Exception inner) : Exception("Whether the change was made is not known.", inner);
