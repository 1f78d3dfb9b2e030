"""referrals: requests from one sector to another to take on a need, and the catch that lets the sender go."""
