"""What referrals look like on the wire."""
