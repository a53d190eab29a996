namespace Sonoran.Testing;

/// <summary>What became of a push event.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Url">Where it was sent.</param>
/// <param name="Status">The status of the answer; null where there was none.</param>
/// <param name="Error">Why there was none.</param>
public sealed record Delivery(string Type, string Url, int? Status, string? Error);
